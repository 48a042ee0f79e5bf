// Application, buffer, disk, breaker, collector: a figure for each, and what flows between them.

import { bytes, count, duration, number, rate, setText, SIGNALS } from "./format.js";

const LOST_AT_COLLECTOR = ["rejected", "partial_success"];

const SWITCHES = { CLOSED: "switch-closed", HALF_OPEN: "switch-half", OPEN: "switch-open", FORCED_OPEN: "switch-open" };

const MODES = { unavailable: "503", throttled: "429", "bad-request": "400", slow: "SLOW" };

export function renderDiagram(view, history) {
	const total = history.figures("all");
	const rates = {
		accepted: history.rate("all", "accepted"),
		delivered: history.rate("all", "delivered"),
		// A mean would go on for a while after the end
		received: view.collector.running ? history.rate("all", "received") : 0,
	};
	const storage = view.pipeline?.storage ?? {};
	const onDisk = storage.mode === "DISK";
	const lost = lostHere(view.pipeline);
	const routes = routesOf(view.pipeline);
	const open = SIGNALS.some((signal) => isCut(history.figures(signal.id)?.breaker));

	node("application", rate(rates.accepted),
			`${number(total.accepted)} accepted, ${number(total.refused)} refused`, total.refused > 0 ? "bad" : "");
	node("buffer", bytes(total.inMemory),
			onDisk ? "empty, all is on disk" : "nothing is stored: it would not survive a kill", onDisk ? "" : "warn");
	node("disk", number(total.pending), diskNote(storage, routes), lost.onDisk > 0 ? "bad" : onDisk ? "" : "warn",
			lost.onDisk > 0 ? lostTag(lost, total) : onDisk ? "" : "NOT IN USE");
	meter(storage);
	breakers(history, view, routes, open);
	collector(view.collector, rates.received, total, lost);

	wire("application", rates.accepted > 0);
	wire("buffer", rates.accepted > 0);
	wire("disk", rates.delivered > 0);
	wire("breaker", rates.delivered > 0, open || !view.collector.running);
}

export function renderNothing() {
	document.querySelectorAll(".wire").forEach((element) => (element.dataset.flow = "off"));
}

/** What this run has lost, by the place: in an endpoint's document the sums go back to earlier runs. */
function lostHere(pipeline) {
	const lost = { onDisk: 0, atCollector: 0 };
	for (const signal of Object.values(pipeline?.signals ?? {})) {
		for (const destination of Object.values(signal.destinations)) {
			for (const [reason, items] of Object.entries(destination.lost)) {
				const place = LOST_AT_COLLECTOR.includes(reason) ? "atCollector" : "onDisk";
				lost[place] += items - (destination.lostEarlier?.[reason] ?? 0);
			}
		}
	}
	return lost;
}

function routesOf(pipeline) {
	return Object.values(pipeline?.destinations ?? {}).flatMap((destination) => Object.values(destination.routes));
}

function isCut(breaker) {
	return breaker === "OPEN" || breaker === "FORCED_OPEN" || breaker === "HALF_OPEN";
}

function diskNote(storage, routes) {
	if (storage.mode !== "DISK") {
		return storage.reason ?? "otlp.storage.enabled is false";
	}
	const oldest = Math.max(0, ...routes.map((route) => route.pending.oldestAgeSeconds));
	const used = `${bytes(storage.used)} of ${bytes(storage.limit)}`;
	return oldest > 1 ? `${used}, the oldest ${duration(oldest)}` : used;
}

function meter(storage) {
	const element = document.querySelector("#node-disk [data-meter]");
	element.value = storage.limit ? storage.used / storage.limit : 0;
}

function breakers(history, view, routes, open) {
	const list = document.getElementById("breakers");
	if (!list.children.length) {
		list.append(...SIGNALS.map(breakerRow));
	}
	let worst = "";
	SIGNALS.forEach((signal, index) => {
		const state = history.figures(signal.id)?.breaker ?? "CLOSED";
		const row = list.children[index];
		if (row.dataset.state !== state) {
			row.dataset.state = state;
			row.querySelector("use").setAttribute("href", `page/symbols.svg#${SWITCHES[state] ?? "switch-open"}`);
			row.querySelector("b").textContent = words(state);
		}
		if (isCut(state) && worst !== "OPEN") {
			worst = words(state);
		}
	});
	node("breaker", null, breakerNote(view, routes), open ? "warn" : "", worst);
}

function breakerRow(signal) {
	const row = document.createElement("li");
	row.append(signal.name);
	const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
	icon.setAttribute("viewBox", "0 0 36 18");
	icon.setAttribute("aria-hidden", "true");
	icon.append(document.createElementNS("http://www.w3.org/2000/svg", "use"));
	row.append(icon, document.createElement("b"));
	return row;
}

export function words(state) {
	return state.replace("_", " ");
}

function breakerNote(view, routes) {
	const waits = routes.filter((route) => route.nextAttempt).map((route) => Date.parse(route.nextAttempt) - view.at);
	if (waits.length) {
		const seconds = Math.ceil(Math.min(...waits) / 1000);
		return seconds > 0 ? `next attempt in ${seconds} s` : "next attempt now";
	}
	return count(routes.reduce((sum, route) => sum + route.inFlight, 0), "request") + " under way";
}

function collector(status, received, total, lost) {
	const tag = !status.running ? "STOPPED" : MODES[status.mode] ?? "";
	const refused = lost.atCollector > 0;
	node("collector", rate(received), `${number(total.received)} received${refused ? ", some refused for good" : ""}`,
			refused ? "bad" : tag ? "warn" : "", refused && status.running ? lostTag(lost, total) : tag);
}

/** The figure is the sample's, as in the ledger; where both places lose, neither has a figure of its own. */
function lostTag(lost, total) {
	return lost.onDisk > 0 && lost.atCollector > 0 ? "LOST" : `LOST ${number(total.lost)}`;
}

function node(name, figure, note, state, tag = "") {
	const element = document.getElementById(`node-${name}`);
	element.dataset.state = state;
	if (figure !== null) {
		setText(element.querySelector("[data-figure]"), figure);
	}
	setText(element.querySelector("[data-note]"), note);
	const label = element.querySelector("[data-tag]");
	if (label) {
		label.hidden = !tag;
		setText(label, tag);
	}
}

function wire(name, flows, cut = false) {
	document.getElementById(`wire-${name}`).dataset.flow = cut ? "cut" : flows ? "on" : "off";
}
