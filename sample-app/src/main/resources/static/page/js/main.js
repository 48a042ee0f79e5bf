// Asks the application once a second, and shows what it says.

import { announce, announceChanges } from "./announcer.js";
import { createCharts, renderCharts } from "./charts.js";
import { createControls, renderControls } from "./controls.js";
import { renderDiagram, renderNothing } from "./diagram.js";
import { renderFigures } from "./figures.js";
import { duration, setText, time } from "./format.js";
import { renderHero, renderOffline } from "./hero.js";
import { History } from "./history.js";
import { renderItems } from "./items.js";
import { renderLedger } from "./ledger.js";
import { renderStrip } from "./strip.js";

const INTERVAL = 1000;

const TIMEOUT = 5000;

const main = document.getElementById("main");
const offline = document.getElementById("offline");
const signals = document.getElementById("signals");

const history = new History();

let view = null;
let timer = 0;
let asking = false;

async function ask() {
	if (asking) {
		return;
	}
	asking = true;
	clearTimeout(timer);
	try {
		const response = await fetch(`pipeline?after=${history.newest}`, { signal: AbortSignal.timeout(TIMEOUT) });
		if (!response.ok) {
			throw new Error(`status ${response.status}`);
		}
		view = await response.json();
		history.add(view.samples, view.startedAt);
		online();
	}
	catch {
		away();
	}
	finally {
		asking = false;
		timer = setTimeout(ask, INTERVAL);
	}
}

function online() {
	if (!offline.hidden) {
		offline.hidden = true;
		delete main.dataset.stale;
		announce("The application answers again.");
	}
	setText(document.getElementById("run"), `sample-app, runs for ${duration((view.at - view.startedAt) / 1000)}`);
	if (history.samples.length) {
		render();
	}
}

function render() {
	const total = history.figures("all");
	renderHero(view, total);
	renderDiagram(view, history);
	renderControls(view.collector);
	renderLedger(view, history);
	renderSeries();
	renderItems(view, total.received);
	announceChanges(view, history);
}

function renderSeries() {
	const signal = signals.querySelector(":checked").value;
	renderCharts(history, signal);
	renderStrip(history);
	renderFigures(history, signal);
}

function away() {
	renderOffline();
	renderNothing();
	main.dataset.stale = "";
	// An alert is read aloud when it appears, so its text stays the same after that
	if (offline.hidden) {
		offline.hidden = false;
		offline.textContent = "The application does not answer; the page tries again every second."
				+ (view ? ` The figures below are from ${time(view.at / 1000)}.` : "");
	}
}

createCharts();
createControls((problem) => {
	if (problem) {
		announce(problem);
	}
	ask();
});
signals.addEventListener("change", renderSeries);
document.getElementById("figures").addEventListener("toggle", renderSeries);
addEventListener("resize", () => history.samples.length && renderStrip(history));
ask();
