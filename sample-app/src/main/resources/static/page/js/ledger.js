// What became of every item, and whether the sums agree.

import { count, number, setText, SIGNALS } from "./format.js";

const body = document.querySelector("#ledger tbody");
const balance = document.getElementById("balance");
const earlier = document.getElementById("earlier");

const COLUMNS = [
	{ figure: "accepted", label: "Accepted" },
	{ figure: "delivered", label: "Delivered" },
	{ figure: "pending", label: "Pending" },
	{ figure: "lost", label: "Lost" },
	{ figure: "received", label: "Collector has" },
];

const ROWS = [{ id: "all", name: "All signals" }, ...SIGNALS];

/** What waits for longer than this is a backlog, and no longer on its way. */
const BACKLOG_SECONDS = 3;

export function renderLedger(view, history) {
	if (!body.children.length) {
		body.append(...ROWS.map(row));
	}
	ROWS.forEach((signal, index) => {
		const figures = history.figures(signal.id);
		COLUMNS.forEach(({ figure }, column) => {
			const cell = body.children[index].children[column + 1];
			setText(cell, figures ? number(figures[figure]) : "-");
			const alarm = figure === "lost" || (figure === "pending" && isBacklog(view, signal.id));
			cell.dataset.alarm = alarm && figures?.[figure] > 0 ? figure : "";
		});
	});
	renderBalance(history.figures("all"));
}

function isBacklog(view, signal) {
	return Object.values(view.pipeline?.destinations ?? {})
			.flatMap((destination) => Object.entries(destination.routes))
			.some(([id, route]) => (signal === "all" || signal === id) && route.pending.oldestAgeSeconds >= BACKLOG_SECONDS);
}

function row(signal) {
	const element = document.createElement("tr");
	element.dataset.signal = signal.id;
	const head = document.createElement("th");
	head.scope = "row";
	head.textContent = signal.name;
	element.append(head, ...COLUMNS.map(({ figure, label }) => {
		const cell = document.createElement("td");
		cell.dataset.figure = figure;
		cell.dataset.label = label;
		return cell;
	}));
	return element;
}

function renderBalance(total) {
	const coming = total.accepted + total.left;
	const gone = total.delivered + total.pending + total.lost;
	const left = total.left > 0 ? ` + ${number(total.left)} left by earlier runs` : "";
	setText(balance, `${number(total.accepted)} accepted${left} ${coming === gone ? "=" : "\u2260"} ${number(total.delivered)} delivered`
			+ ` + ${number(total.pending)} pending + ${number(total.lost)} lost.`
			+ (total.refused > 0 ? ` ${count(total.refused, "item")} refused before that.` : ""));
	earlier.hidden = total.lostEarlier === 0;
	setText(earlier, `Earlier runs in the same directory lost ${count(total.lostEarlier, "item")}; they are not counted here.`);
}
