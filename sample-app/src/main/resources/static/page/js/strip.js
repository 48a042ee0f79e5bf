// The states of the breakers over the last minutes, on the time scale of the charts above.

import { GUTTER, MARGIN } from "./charts.js";
import { words } from "./diagram.js";
import { SIGNALS, time } from "./format.js";

const SVG = "http://www.w3.org/2000/svg";

const ROW = 26;

const strip = document.querySelector("#chart-breakers .strip");

export function renderStrip(history) {
	const width = strip.clientWidth;
	const now = history.newest;
	const start = now - history.span * 1000;
	const scale = (width - GUTTER - MARGIN) / (now - start);
	const x = (at) => GUTTER + Math.max(0, at - start) * scale;
	const shapes = [];
	SIGNALS.forEach((signal, row) => {
		const middle = ROW * row + ROW / 2;
		shapes.push(shape("text", { x: 0, y: middle + 4, class: "name" }, signal.name),
				shape("line", { x1: GUTTER, x2: width - MARGIN, y1: middle, y2: middle, class: "rail" }));
		for (const { from, to, state } of history.breakers(signal.id)) {
			const begin = x(from);
			const end = x(Math.min(to, now));
			if (end > begin) {
				shapes.push(bar(state, begin, end - begin, middle));
			}
		}
	});
	strip.setAttribute("viewBox", `0 0 ${width} ${strip.clientHeight}`);
	strip.replaceChildren(...shapes, ...clock(start, now, width));
	strip.setAttribute("aria-label", description(history));
}

/** Height tells the state as well as colour does: closed is a line, open a block. */
function bar(state, x, width, middle) {
	const half = state === "CLOSED" ? 1 : state === "HALF_OPEN" ? 5 : 7;
	return shape("rect", { x, width, y: middle - half, height: 2 * half, rx: 1,
		class: state === "FORCED_OPEN" ? "open" : state.toLowerCase().replace("_", "-") });
}

function clock(start, now, width) {
	const left = shape("text", { x: GUTTER, y: ROW * SIGNALS.length + 12 }, time(start / 1000));
	const right = shape("text", { x: width - MARGIN, y: ROW * SIGNALS.length + 12, "text-anchor": "end" }, time(now / 1000));
	return [left, right];
}

function description(history) {
	return SIGNALS.map((signal) => {
		const runs = history.breakers(signal.id);
		const openings = runs.filter((run, index) => run.state === "OPEN" && runs[index - 1]?.state === "CLOSED").length;
		const state = runs.length ? words(runs.at(-1).state).toLowerCase() : "not known";
		return `${signal.name}: ${state} now, opened ${openings === 1 ? "once" : `${openings} times`} in the last minutes.`;
	}).join(" ");
}

function shape(name, attributes, text) {
	const element = document.createElementNS(SVG, name);
	for (const [key, value] of Object.entries(attributes)) {
		element.setAttribute(key, value);
	}
	if (text) {
		element.textContent = text;
	}
	return element;
}
