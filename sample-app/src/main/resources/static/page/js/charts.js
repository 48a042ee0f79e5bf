// The two charts, drawn by uPlot; the same in words for those who do not see them.

import uPlot from "../../webjars/uplot/dist/uPlot.esm.js";
import { number, rate, setText, time } from "./format.js";

export const GUTTER = 52;

export const MARGIN = 8;

const CHARTS = [
	{
		element: document.getElementById("chart-rates"),
		rates: [["accepted", "Accepted"], ["delivered", "Delivered"]],
		levels: [],
		format: rate,
		unit: "a second",
	},
	{
		element: document.getElementById("chart-levels"),
		rates: [],
		levels: [["pending", "Pending"], ["lost", "Lost"]],
		format: number,
		unit: "items",
	},
];

/** Told apart by the line as well as by colour. */
const DASHED = { delivered: [6, 4], lost: [3, 3] };

const FILLED = ["pending"];

const style = getComputedStyle(document.documentElement);

let plots = [];

export function createCharts() {
	plots = CHARTS.map(create);
	const again = matchMedia("(prefers-color-scheme: dark)");
	again.addEventListener("change", () => {
		plots.forEach(({ plot, observer }) => {
			observer.disconnect();
			plot.destroy();
		});
		plots = CHARTS.map(create);
	});
}

export function renderCharts(history, signal) {
	for (const { chart, plot, values } of plots) {
		const figures = [...chart.rates, ...chart.levels];
		const data = history.series(signal, chart.rates.map(([id]) => id), chart.levels.map(([id]) => id));
		hideZeros(chart, data);
		plot.to = history.newest / 1000;
		plot.from = plot.to - history.span;
		plot.setData(data);
		values.data = data;
		renderValues(chart, values);
		plot.root.parentElement.setAttribute("aria-label", figures.map(([, name], index) => {
			const column = data[index + 1].filter((value) => value !== null);
			return column.length === 0 ? `${name} 0.` : `${name} ${chart.format(column.at(-1))} ${chart.unit}, between `
					+ `${chart.format(Math.min(...column))} and ${chart.format(Math.max(...column))} in the last minutes.`;
		}).join(" "));
	}
}

function create(chart) {
	const place = chart.element.querySelector(".plot");
	const figures = [...chart.rates, ...chart.levels];
	const values = { index: null, data: [[]], cells: legend(chart, figures) };
	const plot = new uPlot({
		width: place.clientWidth,
		height: place.clientHeight,
		legend: { show: false },
		padding: [8, MARGIN, 0, 0],
		cursor: {
			sync: { key: "pipeline" },
			drag: { x: false, y: false },
			points: { size: 7 },
		},
		scales: {
			x: { time: true, range: (self) => range(self) },
			y: { range: (self, min, max) => [0, Math.max(10, (max ?? 0) * 1.1)] },
		},
		axes: [axis({ values: (self, splits) => splits.map(clock), space: 80, size: 28 }),
			axis({ values: (self, splits) => splits.map(short), size: GUTTER, space: 34 })],
		series: [{}, ...figures.map(([id]) => ({
			stroke: color(id),
			width: 2,
			dash: DASHED[id],
			fill: FILLED.includes(id) ? `color-mix(in srgb, ${color(id)} 16%, transparent)` : undefined,
			points: { show: false },
		}))],
		hooks: {
			setCursor: [(self) => {
				values.index = self.cursor.idx ?? null;
				renderValues(chart, values);
			}],
		},
	}, [[]], place);
	const observer = new ResizeObserver(() => plot.setSize({ width: place.clientWidth, height: place.clientHeight }));
	observer.observe(place);
	return { chart, plot, values, observer };
}

function legend(chart, figures) {
	const list = chart.element.querySelector(".legend");
	list.replaceChildren(...figures.map(([id, name]) => {
		const entry = document.createElement("li");
		const line = document.createElement("i");
		line.className = `line ${id}${DASHED[id] ? " dashed" : ""}`;
		entry.append(line, `${name} `, document.createElement("b"));
		return entry;
	}));
	return [...list.querySelectorAll("b")];
}

/** A line of losses is an alarm: there is none while nothing is lost. */
function hideZeros(chart, data) {
	const index = chart.levels.findIndex(([id]) => id === "lost");
	if (index >= 0) {
		data[index + 1] = data[index + 1].map((value) => value || null);
	}
}

/** The figures under the cursor, or the newest. */
function renderValues(chart, values) {
	values.cells.forEach((cell, index) => {
		const column = values.data[index + 1] ?? [];
		const value = values.index === null ? column.at(-1) : column[values.index];
		setText(cell, chart.format(value ?? 0));
	});
}

function range(plot) {
	const to = plot.to ?? Date.now() / 1000;
	return [plot.from ?? to - 60, to];
}

function axis(options) {
	return {
		stroke: color("muted"),
		font: `11.5px ${style.getPropertyValue("--sans")}`,
		grid: { stroke: color("line"), width: 1 },
		ticks: { show: false },
		gap: 8,
		...options,
	};
}

function color(name) {
	return style.getPropertyValue(`--${name}`).trim();
}

function clock(seconds) {
	const text = time(seconds);
	return text.endsWith(":00") ? text.slice(0, 5) : text;
}

function short(value) {
	return value >= 10_000 ? `${number(value / 1000)}k` : number(value);
}
