// The items that the collector received last.

import { duration, setText, SIGNALS } from "./format.js";

const SHOWN = 6;

const age = document.getElementById("items-age");

let arrived = { received: -1, at: 0 };

export function renderItems(view, received) {
	if (received !== arrived.received) {
		arrived = { received, at: view.at };
	}
	const seconds = (view.at - arrived.at) / 1000;
	setText(age, received === 0 ? "" : seconds < 2 ? "just now" : `the last one ${duration(seconds)} ago`);
	for (const signal of SIGNALS) {
		const list = document.querySelector(`#items [data-signal="${signal.id}"]`);
		const items = view.collector.lastItems.filter((item) => item.signal === signal.id).slice(0, SHOWN);
		const rows = items.length ? items.map(row) : [none(signal)];
		rows.forEach((element, index) => {
			if (list.children[index]?.outerHTML !== element.outerHTML) {
				list.children[index] ? list.children[index].replaceWith(element) : list.append(element);
			}
		});
		while (list.children.length > rows.length) {
			list.lastElementChild.remove();
		}
	}
}

function row(item) {
	const element = document.createElement("li");
	const name = span("name", item.name);
	name.title = item.name;
	element.append(name, meta(item));
	return element;
}

function meta(item) {
	if (item.signal === "traces") {
		const failed = item.status === "STATUS_CODE_ERROR";
		return span(failed ? "meta error" : "meta", `${failed ? "\u2715 error, " : ""}${milliseconds(item.durationMicros)}`);
	}
	if (item.signal === "logs") {
		return span(["WARN", "ERROR"].includes(item.status) ? "meta error" : "meta", item.status);
	}
	return span("meta", item.status.toLowerCase().replace("_", " "));
}

function milliseconds(micros) {
	return micros < 1000 ? `${micros} \u00b5s` : `${(micros / 1000).toFixed(1)} ms`;
}

function none(signal) {
	const element = document.createElement("li");
	element.append(span("none", `No ${signal.item} yet`));
	return element;
}

function span(name, text) {
	const element = document.createElement("span");
	element.className = name;
	element.textContent = text;
	return element;
}
