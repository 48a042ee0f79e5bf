package io.github.otlpboot.sample.page;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

import javax.imageio.ImageIO;

/**
 * Writes a picture of a page with at most 256 colours, which is a third of its length: a
 * page has few colours, and the shades at the edges of letters take the nearest one.
 */
final class SmallPicture {

	private static final int COLORS = 256;

	private final BufferedImage image;

	private final int[] palette;

	private final Map<Integer, Integer> indexes = new HashMap<>();

	SmallPicture(byte[] png) throws IOException {
		this.image = ImageIO.read(new ByteArrayInputStream(png));
		Map<Integer, Integer> counts = new HashMap<>();
		for (int y = 0; y < this.image.getHeight(); y++) {
			for (int x = 0; x < this.image.getWidth(); x++) {
				counts.merge(this.image.getRGB(x, y), 1, Integer::sum);
			}
		}
		this.palette = counts.entrySet()
			.stream()
			.sorted(Map.Entry.<Integer, Integer>comparingByValue().reversed())
			.limit(COLORS)
			.mapToInt(Map.Entry::getKey)
			.toArray();
	}

	void write(Path file) throws IOException {
		IndexColorModel colors = new IndexColorModel(8, this.palette.length, this.palette, 0, false, -1,
				DataBuffer.TYPE_BYTE);
		BufferedImage small = new BufferedImage(this.image.getWidth(), this.image.getHeight(),
				BufferedImage.TYPE_BYTE_INDEXED, colors);
		for (int y = 0; y < small.getHeight(); y++) {
			for (int x = 0; x < small.getWidth(); x++) {
				small.getRaster()
					.setSample(x, y, 0, this.indexes.computeIfAbsent(this.image.getRGB(x, y), this::nearest));
			}
		}
		Files.createDirectories(file.getParent());
		ImageIO.write(small, "png", file.toFile());
	}

	private int nearest(int color) {
		int nearest = 0;
		for (int index = 1; index < this.palette.length; index++) {
			if (distance(this.palette[index], color) < distance(this.palette[nearest], color)) {
				nearest = index;
			}
		}
		return nearest;
	}

	private static int distance(int a, int b) {
		int distance = 0;
		for (int shift = 0; shift < 24; shift += 8) {
			int difference = ((a >> shift) & 0xff) - ((b >> shift) & 0xff);
			distance += difference * difference;
		}
		return distance;
	}

}
