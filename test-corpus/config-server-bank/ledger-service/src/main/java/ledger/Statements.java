package ledger;

import org.springframework.cloud.openfeign.FeignClient;

@FeignClient(name = "statement-service")
public interface Statements {
    void send(String account);
}
