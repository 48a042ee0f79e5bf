// The buttons that break the collector and mend it.

import { setText } from "./format.js";

const HELP = {
	stopped: "Nobody listens: connections are refused, the breakers open, and the backlog grows on disk.",
	ok: "Takes everything.",
	slow: "Takes everything after three seconds: slower, and nothing piles up for long.",
	unavailable: "Answers 503: after five failures in a row a breaker opens, and everything is kept.",
	throttled: "Answers 429 and asks for two seconds: the pipeline waits as long as it is asked to.",
	"bad-request": "Answers 400: the data itself is refused for good, so it is lost, and counted as lost.",
};

const toggle = document.getElementById("toggle");
const modes = [...document.querySelectorAll("[data-mode]")];
const help = document.getElementById("mode-help");

let running = true;
let problem = "";

/** Connect the buttons. What they answer is told at once, without waiting for the next figures. */
export function createControls(changed) {
	toggle.addEventListener("click", () => post(toggle, running ? "collector/stop" : "collector/start", changed));
	modes.forEach((button) => button.addEventListener("click", () => post(button, `collector/mode/${button.dataset.mode}`, changed)));
}

export function renderControls(collector) {
	running = collector.running;
	setText(toggle.querySelector("span"), running ? "Stop it" : "Start it");
	toggle.querySelector("use").setAttribute("href", `page/symbols.svg#${running ? "stop" : "start"}`);
	for (const button of modes) {
		button.setAttribute("aria-pressed", String(button.dataset.mode === collector.mode));
	}
	setText(help, problem || HELP[running ? collector.mode : "stopped"]);
}

async function post(button, path, changed) {
	if (button.getAttribute("aria-busy") === "true") {
		return;
	}
	button.setAttribute("aria-busy", "true");
	try {
		const response = await fetch(path, { method: "POST" });
		const answer = await response.json();
		problem = response.ok ? "" : answer.detail;
		if (response.ok) {
			renderControls(answer);
		}
		changed(problem);
	}
	catch {
		changed("The application does not answer");
	}
	finally {
		button.removeAttribute("aria-busy");
	}
}
