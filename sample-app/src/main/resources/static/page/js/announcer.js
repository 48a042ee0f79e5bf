// Says to those who listen what has changed: the state, never the figures.

import { words } from "./diagram.js";
import { SIGNALS } from "./format.js";

const place = document.getElementById("announcer");

let known = null;

export function announce(text) {
	place.textContent = text;
}

export function announceChanges(view, history) {
	const total = history.figures("all");
	const now = {
		collector: view.collector.running ? `Collector runs, answers ${view.collector.mode}` : "Collector stopped",
		level: `Pipeline is ${words(view.pipeline?.status ?? "off").toLowerCase()}`,
		backlog: isBacklog(history) ? "A backlog grows on disk" : "Backlog delivered",
		lost: total.lost > 0 ? "Items are lost" : "Nothing lost",
	};
	for (const signal of SIGNALS) {
		now[signal.id] = `Breaker of ${signal.name.toLowerCase()} ${words(history.figures(signal.id)?.breaker ?? "none").toLowerCase()}`;
	}
	if (known) {
		const changes = Object.keys(now).filter((key) => now[key] !== known[key]).map((key) => now[key]);
		if (changes.length) {
			announce(`${changes.join(". ")}.`);
		}
	}
	known = now;
}

function isBacklog(history) {
	return SIGNALS.some((signal) => history.figures(signal.id)?.breaker !== "CLOSED") && history.figures("all").pending > 0;
}
