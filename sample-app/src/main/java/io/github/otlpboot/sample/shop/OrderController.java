package io.github.otlpboot.sample.shop;

import java.net.URI;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * The shop's front door.
 */
@RestController
@RequestMapping("/orders")
class OrderController {

	private final OrderService orders;

	OrderController(OrderService orders) {
		this.orders = orders;
	}

	@PostMapping
	ResponseEntity<Order> place(@RequestBody OrderRequest request) {
		Order order = this.orders.place(request);
		return ResponseEntity.created(URI.create("/orders/" + order.id())).body(order);
	}

	@GetMapping("/{id}")
	OrderView find(@PathVariable long id) {
		return this.orders.find(id);
	}

	@ExceptionHandler
	ProblemDetail failed(ShopException exception) {
		HttpStatus status = switch (exception.reason()) {
			case INVALID_REQUEST, UNKNOWN_PRODUCT -> HttpStatus.BAD_REQUEST;
			case ORDER_NOT_FOUND -> HttpStatus.NOT_FOUND;
			case OUT_OF_STOCK -> HttpStatus.CONFLICT;
			case PAYMENT_DECLINED -> HttpStatus.PAYMENT_REQUIRED;
			case PAYMENT_UNAVAILABLE -> HttpStatus.SERVICE_UNAVAILABLE;
		};
		return ProblemDetail.forStatusAndDetail(status, String.valueOf(exception.getMessage()));
	}

}
