// The charts as a table, a row for every half minute.

import { words } from "./diagram.js";
import { number, rate, SIGNALS, time } from "./format.js";

const STEP = 30;

const details = document.getElementById("figures");
const body = details.querySelector("tbody");

export function renderFigures(history, signal) {
	if (!details.open) {
		return;
	}
	const [times, accepted, delivered, pending, lost] = history.series(signal, ["accepted", "delivered"], ["pending", "lost"]);
	const rows = [];
	let last = -1;
	times.forEach((at, index) => {
		const slot = Math.floor(at / STEP);
		if (slot !== last && pending[index] !== null) {
			last = slot;
			rows.unshift(row([time(at), perSecond(accepted[index]), perSecond(delivered[index]), number(pending[index]),
				number(lost[index]), breakers(history, at * 1000)]));
		}
	});
	body.replaceChildren(...rows);
}

function perSecond(value) {
	return value === null ? "-" : `${rate(value)} a second`;
}

function breakers(history, at) {
	const sample = history.samples.find((candidate) => candidate.at >= at);
	const states = SIGNALS.map((signal) => [signal.name, sample?.by[signal.id]?.breaker]).filter(([, state]) => state);
	const open = states.filter(([, state]) => state !== "CLOSED");
	return open.length ? open.map(([name, state]) => `${name} ${words(state).toLowerCase()}`).join(", ") : "all closed";
}

function row(cells) {
	const element = document.createElement("tr");
	element.append(...cells.map((text, index) => {
		const cell = document.createElement(index === 0 ? "th" : "td");
		if (index === 0) {
			cell.scope = "row";
		}
		cell.textContent = text;
		return cell;
	}));
	return element;
}
