// Numbers, bytes, and times as the page writes them.

const numbers = new Intl.NumberFormat("en");
const decimals = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });

export const SIGNALS = [
	{ id: "traces", name: "Spans", item: "span" },
	{ id: "metrics", name: "Metrics", item: "data point" },
	{ id: "logs", name: "Logs", item: "log record" },
];

export function number(value) {
	return numbers.format(value);
}

/** A rate: one decimal below ten, none above. */
export function rate(value) {
	return value < 10 ? decimals.format(value) : numbers.format(Math.round(value));
}

export function count(value, noun) {
	return `${number(value)} ${noun}${value === 1 ? "" : "s"}`;
}

export function bytes(value) {
	const units = ["B", "kB", "MB", "GB"];
	let unit = 0;
	while (value >= 1000 && unit < units.length - 1) {
		value /= 1024;
		unit++;
	}
	return `${unit === 0 ? value : decimals.format(value)} ${units[unit]}`;
}

export function duration(seconds) {
	seconds = Math.max(0, Math.round(seconds));
	if (seconds < 60) {
		return `${seconds} s`;
	}
	const minutes = Math.floor(seconds / 60);
	return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function time(seconds) {
	return new Date(seconds * 1000).toTimeString().slice(0, 8);
}

export function sentence(text) {
	return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Set text only where it changes, so that assistive technology and selections are left in peace. */
export function setText(element, text) {
	if (element.textContent !== text) {
		element.textContent = text;
	}
}
