// The one sentence: is anything lost, and if not, is anything wrong?

import { count, sentence, setText } from "./format.js";

const hero = document.getElementById("hero");
const icon = document.getElementById("hero-icon");
const title = document.getElementById("hero-title");
const text = document.getElementById("hero-text");

const ICONS = { UP: "up", DEGRADED: "degraded", DATA_LOSS: "loss", OFFLINE: "offline", WAITING: "waiting" };

export function renderHero(view, total) {
	const pipeline = view.pipeline;
	if (!pipeline) {
		show("WAITING", "No pipeline", "otlp.enabled is false, or nothing says where telemetry goes.");
	}
	else if (pipeline.status === "DATA_LOSS") {
		// The figures are a second behind the status
		show("DATA_LOSS", total.lost > 0 ? `Data loss: ${count(total.lost, "item")} lost in this run` : "Data loss",
				told(pipeline.description));
	}
	else if (pipeline.status === "DEGRADED") {
		show("DEGRADED", total.lost > 0 ? `Degraded; ${count(total.lost, "item")} lost in this run` : "Degraded, nothing lost",
				told(pipeline.description));
	}
	else {
		show("UP", total.lost > 0 ? `Up again; ${count(total.lost, "item")} lost in this run` : "Up, nothing lost",
				"What is accepted goes to disk, and from there to the collector.");
	}
}

/** There is one destination, which the pipeline calls default; here it is the collector. */
function told(description) {
	return sentence(description.replaceAll(/\bdefault\b/g, "collector"));
}

export function renderOffline() {
	show("OFFLINE", "No answer", "The application has been stopped, or cannot be reached.");
}

function show(level, words, detail) {
	hero.dataset.level = level;
	const symbol = `page/symbols.svg#${ICONS[level]}`;
	if (icon.getAttribute("href") !== symbol) {
		icon.setAttribute("href", symbol);
	}
	setText(title, words);
	setText(text, detail);
}
