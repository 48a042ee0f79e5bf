package io.github.otlpboot.sample.page;

/**
 * Measures contrast as WCAG 2.2 defines it (success criterion 1.4.3).
 */
final class Contrast {

	/**
	 * Returns the texts whose contrast to what they stand on is below 4.5, or 3 if they
	 * are large.
	 */
	static final String SCRIPT = """
			const channels = (color) => color.match(/[\\d.]+/g).map(Number);
			const luminance = ([r, g, b]) => {
				const [x, y, z] = [r, g, b].map((c) => c / 255)
					.map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
				return 0.2126 * x + 0.7152 * y + 0.0722 * z;
			};
			const ground = (element) => {
				for (let e = element; e; e = e.parentElement) {
					const color = channels(getComputedStyle(e).backgroundColor);
					if (color.length < 4 || color[3] === 1) {
						return color;
					}
				}
				throw new Error('no ground');
			};
			const weak = [];
			let texts = 0;
			const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
			for (let node = walker.nextNode(); node; node = walker.nextNode()) {
				const element = node.parentElement;
				if (!node.data.trim() || element.closest('.visually-hidden, noscript') || !element.getClientRects().length) {
					continue;
				}
				texts++;
				const style = getComputedStyle(element);
				const [a, b] = [luminance(channels(element.closest('svg') ? style.fill : style.color)), luminance(ground(element))];
				const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
				const size = parseFloat(style.fontSize);
				const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
				if (ratio < (large ? 3 : 4.5)) {
					weak.push(`${node.data.trim()}: ${ratio.toFixed(2)} ${style.color}`);
				}
			}
			if (texts < 80) {
				throw new Error(`only ${texts} texts were seen`);
			}
			return weak;
			""";

	private Contrast() {
	}

}
