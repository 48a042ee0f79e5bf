package io.github.otlpboot.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;

import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.github.otlpboot.testing.Fuzz;
import io.github.otlpboot.testing.Mutator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Hostile requests for {@link ProtobufReader}, {@link RequestWalker} and
 * {@link RequestSplitter}, with the protobuf library as the reference where that can read
 * them too.
 */
class RequestFuzzTests {

	private static final List<byte[]> CORPUS = Fuzz.corpus("requests.txt")
		.stream()
		.map(HexFormat.of()::parseHex)
		.toList();

	private static final Map<Signal, List<byte[]>> VALID = Arrays.stream(Signal.values())
		.collect(Collectors.toMap(Function.identity(), RequestFuzzTests::valid));

	@ParameterizedTest
	@EnumSource
	@DisplayName("T39: of any bytes the items are counted as a parser would, or the bytes are called malformed")
	void counts(Signal signal) {
		Fuzz.run(5_000, (fuzz, mutator) -> {
			byte[] request = request(signal, mutator);
			WalkResult result = fuzz.bounded(0, () -> RequestWalker.count(signal, request, 0, request.length));
			Message parsed = parse(signal, request);
			if (parsed != null && !isStricter(result)) {
				assertThat(result).isEqualTo(new WalkResult.Counted(OtlpRequests.items(signal, parsed).size()));
			}
			// What stands around it is never looked at
			byte[] between = new byte[request.length + 20];
			Arrays.fill(between, (byte) mutator.random().nextInt());
			System.arraycopy(request, 0, between, 10, request.length);
			assertThat(RequestWalker.count(signal, between, 10, request.length)).isEqualTo(result);
		});
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("T39: any bytes are split into parts within the limits with every item that fits, or called malformed")
	void splits(Signal signal) {
		Fuzz.run(1_000, (fuzz, mutator) -> {
			byte[] request = request(signal, mutator);
			Batch batch = new Batch(signal, Payload.of(request), 1);
			long maxItems = 1 + mutator.random().nextInt(8);
			long maxBytes = 1 + mutator.random().nextInt(request.length + 10);
			boolean halve = mutator.oneIn(4);
			SplitResult result = fuzz.bounded(40L * request.length + 2 * 16 * 1024 * 1024,
					() -> halve ? RequestSplitter.halve(batch) : new RequestSplitter(maxItems, maxBytes).split(batch));
			WalkResult counted = RequestWalker.count(signal, batch.payload());
			if (!(result instanceof SplitResult.Parts parts)) {
				assertThat(result).isEqualTo(counted);
				return;
			}
			int items = parts.batches().stream().mapToInt(Batch::items).sum();
			assertThat(counted).isEqualTo(new WalkResult.Counted(items + parts.oversized()));
			assertThat(parts.batches().stream().mapToLong(Batch::size).sum())
				.isLessThanOrEqualTo(Math.max(16L * request.length, 16 * 1024 * 1024));
			for (Batch part : parts.batches()) {
				assertThat(RequestWalker.count(signal, part.payload())).isEqualTo(new WalkResult.Counted(part.items()));
				assertThat(halve || (part.items() <= maxItems && part.size() <= maxBytes)).isTrue();
			}
			Message parsed = parse(signal, request);
			if (parsed != null && parts.oversized() == 0) {
				List<OtlpRequests.Item> actual = new ArrayList<>();
				for (Batch part : parts.batches()) {
					actual.addAll(OtlpRequests.items(signal, parse(signal, part.payload().array())));
				}
				assertThat(actual).isEqualTo(OtlpRequests.items(signal, parsed));
			}
		});
	}

	private static byte[] request(Signal signal, Mutator mutator) {
		if (mutator.seed() <= CORPUS.size()) {
			return CORPUS.get((int) Math.max(1, mutator.seed()) - 1);
		}
		byte[] valid = mutator.pick(mutator.oneIn(4) ? CORPUS : VALID.get(signal));
		return mutator.mutate(valid);
	}

	private static List<byte[]> valid(Signal signal) {
		List<byte[]> requests = new ArrayList<>();
		for (int seed = 0; seed < 40; seed++) {
			Random random = new Random(seed);
			byte[] request = OtlpRequests.random(signal, random).toByteArray();
			requests.add((seed % 4 == 0) ? OtlpRequests.shuffle(signal, request, random) : request);
		}
		return requests;
	}

	// The parser of Java takes what that of Go, which collectors use, does not: numbers
	// of
	// more than 64 bits in a tag, of which it looks at 32.
	private static boolean isStricter(WalkResult result) {
		return result instanceof Malformed malformed && (malformed.reason() == Malformed.Reason.FIELD_NUMBER
				|| malformed.reason() == Malformed.Reason.VARINT);
	}

	// Not with generated classes: where the members of a oneof come in turns, their
	// parser
	// finds again what it should have dropped.
	private static @Nullable Message parse(Signal signal, byte[] request) {
		try {
			return DynamicMessage.parseFrom(OtlpRequests.builder(signal).getDescriptorForType(), request);
		}
		catch (InvalidProtocolBufferException ex) {
			return null;
		}
	}

}
