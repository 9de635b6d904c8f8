package portvakt.server.adapter.mqtt;

import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import java.util.List;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTInterceptor;
import org.apache.activemq.artemis.spi.core.protocol.RemotingConnection;

/**
 * Refuses, by closing the connection, what would reach past the rights on topics: Artemis reads {@code address::queue} as
 * somebody else's queue, and {@code $share/<name>/…} as a queue called by that name. Nothing in our protocol uses either.
 * Artemis makes the instance.
 */
public final class TopicGuard implements MQTTInterceptor {

    @Override
    public boolean intercept(MqttMessage message, RemotingConnection connection) {
        List<String> names = switch (message) {
            case MqttSubscribeMessage subscribe ->
                subscribe.payload().topicSubscriptions().stream()
                        .map(subscription -> subscription.topicFilter())
                        .toList();
            case MqttUnsubscribeMessage unsubscribe -> unsubscribe.payload().topics();
            case MqttPublishMessage publish -> List.of(publish.variableHeader().topicName());
            // The other packets name no topic.
            case MqttMessage _ -> List.of();
        };
        return names.stream().allMatch(TopicGuard::isPlain);
    }

    static boolean isPlain(String topic) {
        return !topic.contains("::") && !topic.startsWith("$");
    }
}
