// The samples of the last minutes, and the series that charts draw of them.

const SECONDS = 300;

/** What the charts span: as much as there is, in few steps, so that they do not crawl. */
const SPANS = [60, 120, SECONDS];

/** Rates are means over this many seconds, since metrics come every ten seconds at once. */
const MEAN_SECONDS = 10;

const GAP_SECONDS = 3;

const COUNTERS = ["accepted", "delivered", "pending", "lost", "refused", "left", "lostEarlier", "inMemory"];

export class History {

	#samples = [];

	/** The time of the newest sample: what the page asks for is what came after it. */
	get newest() {
		return this.#samples.at(-1)?.at ?? 0;
	}

	get samples() {
		return this.#samples;
	}

	add(samples, run) {
		for (const { at, signals, received } of samples) {
			const by = { all: sum(signals, received) };
			for (const figures of signals) {
				by[figures.signal] = { ...figures, received: received[figures.signal] ?? 0 };
			}
			this.#samples.push({ at, run, by });
		}
		const oldest = this.newest - (SECONDS + MEAN_SECONDS) * 1000;
		this.#samples = this.#samples.filter((sample) => sample.at >= oldest);
	}

	/** How many seconds the charts show. */
	get span() {
		const age = (this.newest - (this.#samples[0]?.at ?? this.newest)) / 1000;
		return SPANS.find((seconds) => age <= seconds) ?? SECONDS;
	}

	/** The newest figures of a signal, or of all. */
	figures(signal) {
		return this.#samples.at(-1)?.by[signal];
	}

	/** How many a second there have been of late. */
	rate(signal, figure) {
		return this.#rate(this.#samples.length - 1, signal, figure) ?? 0;
	}

	/** Columns for a chart: times in seconds, then one array for each figure. */
	series(signal, rates, levels) {
		const columns = [[], ...rates.map(() => []), ...levels.map(() => [])];
		this.#samples.forEach((sample, index) => {
			const previous = this.#samples[index - 1];
			if (previous && sample.at - previous.at > GAP_SECONDS * 1000) {
				// The application was away: the line is broken
				columns.forEach((column, i) => column.push(i === 0 ? previous.at / 1000 + 1 : null));
			}
			columns[0].push(sample.at / 1000);
			rates.forEach((figure, i) => columns[1 + i].push(this.#rate(index, signal, figure)));
			levels.forEach((figure, i) => columns[1 + rates.length + i].push(sample.by[signal]?.[figure] ?? null));
		});
		return columns;
	}

	/** Runs of equal breaker states of a signal: from, to, state; nothing while the application was away. */
	breakers(signal) {
		const runs = [];
		this.#samples.forEach((sample, index) => {
			const state = sample.by[signal]?.breaker;
			const next = this.#samples[index + 1];
			const until = next && next.at - sample.at <= GAP_SECONDS * 1000 ? next.at : sample.at + 1000;
			const last = runs.at(-1);
			if (last && last.state === state && sample.at - last.to < 50) {
				last.to = until;
			}
			else if (state) {
				runs.push({ from: sample.at, to: until, state });
			}
		});
		return runs;
	}

	#rate(index, signal, figure) {
		const newest = this.#samples[index];
		let first = index;
		while (first > 0 && index - first < MEAN_SECONDS && this.#samples[first - 1].run === newest.run
				&& this.#samples[first].at - this.#samples[first - 1].at <= GAP_SECONDS * 1000) {
			first--;
		}
		if (first === index || !newest.by[signal]) {
			return null;
		}
		const oldest = this.#samples[first];
		const items = newest.by[signal][figure] - (oldest.by[signal]?.[figure] ?? 0);
		return Math.max(0, items / ((newest.at - oldest.at) / 1000));
	}

}

function sum(signals, received) {
	const total = { received: Object.values(received).reduce((a, b) => a + b, 0) };
	for (const counter of COUNTERS) {
		total[counter] = signals.reduce((value, figures) => value + figures[counter], 0);
	}
	return total;
}
