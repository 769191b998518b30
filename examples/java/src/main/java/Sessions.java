import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * The life of a session and of a refresh token. Arguments: HOST PORT FOLDER.
 *
 * <p>FOLDER is where the Secret of the role is mounted: its file {@code password} is read, and nothing else tells the
 * password.
 */
public final class Sessions {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private final RedisClient redis;

  Sessions(RedisClient redis) {
    this.redis = redis;
  }

  // Jedis sends no call again by itself, which is as it must be: a refresh token that is rotated twice ends its family.
  static RedisClient connect(String host, int port, Path folder) throws Exception {
    var config =
        DefaultJedisClientConfig.builder()
            .user("application")
            .password(Files.readString(folder.resolve("password")))
            .socketTimeoutMillis(2000)
            .build();
    return RedisClient.builder().hostAndPort(host, port).clientConfig(config).build();
  }

  /** What the user's device keeps; Redis knows it by its id only. */
  static String newToken() {
    var bytes = new byte[32];
    RANDOM.nextBytes(bytes);
    return BASE64.encodeToString(bytes);
  }

  static String idOf(String token) throws Exception {
    var digest = MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    return BASE64.encodeToString(digest);
  }

  static String codeOf(JedisDataException error) {
    return error.getMessage().split(" ")[0];
  }

  /** A record comes as name, value, name, value; null is none. */
  static Map<String, String> recordOf(Object reply) {
    if (reply == null) {
      return null;
    }
    var flat = (List<?>) reply;
    var record = new HashMap<String, String>();
    for (int at = 0; at < flat.size(); at += 2) {
      record.put((String) flat.get(at), (String) flat.get(at + 1));
    }
    return record;
  }

  interface Work<T> {
    T run(boolean again);
  }

  /** Three tries, when the connection is lost; {@code work} is told whether it was tried before. */
  static <T> T retried(Work<T> work) throws InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        return work.run(attempt > 1);
      } catch (JedisConnectionException lost) {
        if (attempt == 3) {
          throw lost;
        }
        Thread.sleep(attempt * 200L);
      }
    }
  }

  /** Safe to repeat with the same id: EXISTS says that an earlier try has arrived. */
  private void make(String name, List<String> keys, int ttl, Map<String, String> fields) throws Exception {
    var args = new ArrayList<>(List.of(String.valueOf(ttl)));
    fields.forEach((field, value) -> args.addAll(List.of(field, value)));
    retried(
        again -> {
          try {
            return redis.fcall(name, keys, args);
          } catch (JedisDataException error) {
            if (!again || !codeOf(error).equals("EXISTS")) {
              throw error;
            }
            return null;
          }
        });
  }

  void create(String id, String user, int ttl, Map<String, String> fields) throws Exception {
    var keys = List.of("session:" + id, "user_sessions:" + user, "session_cleanup", "session_stats");
    make("session_create", keys, ttl, fields);
  }

  Map<String, String> get(String id) {
    return recordOf(redis.fcall("session_get", List.of("session:" + id), List.of()));
  }

  /** Reads the session as get does, and lets it live for a whole TTL from now. */
  Map<String, String> touch(String id, int ttl) {
    var keys = List.of("session:" + id, "session_cleanup");
    return recordOf(redis.fcall("session_touch", keys, List.of(String.valueOf(ttl))));
  }

  /** Each session is its id, its end in milliseconds and its record. */
  List<?> list(String user) {
    return (List<?>) redis.fcall("session_list", List.of("user_sessions:" + user), List.of());
  }

  long revoke(String id) {
    var keys = List.of("session:" + id, "session_cleanup", "session_stats");
    return (Long) redis.fcall("session_revoke", keys, List.of());
  }

  void issueRefreshToken(String id, String user, int ttl, Map<String, String> fields) throws Exception {
    var keys =
        List.of("refresh_token:" + id, "user_refresh_tokens:" + user, "refresh_token_cleanup", "session_stats");
    make("refresh_issue", keys, ttl, fields);
  }

  Map<String, String> getRefreshToken(String id) {
    return recordOf(redis.fcall("refresh_get", List.of("refresh_token:" + id), List.of()));
  }

  /** Sent again only where the new token is not there: after a try that arrived it would be a replay. */
  Map<String, String> rotateRefreshToken(String oldId, String newId, int ttl) throws Exception {
    var keys = List.of("refresh_token:" + oldId, "refresh_token:" + newId, "refresh_token_cleanup", "session_stats");
    return retried(
        again -> {
          var arrived = again ? getRefreshToken(newId) : null;
          if (arrived != null) {
            return arrived;
          }
          var reply = (List<?>) redis.fcall("refresh_rotate", keys, List.of(String.valueOf(ttl)));
          return recordOf(reply.get(1));
        });
  }

  public static void main(String[] args) throws Exception {
    try (var redis = connect(args[0], Integer.parseInt(args[1]), Path.of(args[2]))) {
      var sessions = new Sessions(redis);
      var user = "example-" + newToken().substring(0, 12);
      System.out.println("ping: " + redis.ping());

      var id = idOf(newToken());
      sessions.create(id, user, 600, Map.of("device", "phone", "theme", "dark"));
      System.out.println("session_create: done");

      var fields = sessions.get(id);
      System.out.printf("session_get: device %s, theme %s%n", fields.get("device"), fields.get("theme"));

      var touched = sessions.touch(id, 1200);
      System.out.printf("session_touch: device %s%n", touched.get("device"));

      for (var item : sessions.list(user)) {
        var entry = (List<?>) item;
        var minutes = Math.round(((Long) entry.get(1) - System.currentTimeMillis()) / 60_000.0);
        var own = entry.get(0).equals(id) ? "this session" : "another session";
        var device = recordOf(entry.get(2)).get("device");
        System.out.printf("session_list: %s, device %s, %d minutes to live%n", own, device, minutes);
      }

      var first = idOf(newToken());
      var second = idOf(newToken());
      sessions.issueRefreshToken(first, user, 600, Map.of("device", "phone"));
      System.out.println("refresh_issue: done");

      var rotated = sessions.rotateRefreshToken(first, second, 600);
      System.out.printf("refresh_rotate: device %s%n", rotated.get("device"));

      // Somebody shows the first token again: all tokens that came from it end, and its user is to sign in again.
      try {
        sessions.rotateRefreshToken(first, idOf(newToken()), 600);
      } catch (JedisDataException error) {
        if (!codeOf(error).equals("REUSED")) {
          throw error;
        }
        System.out.println("refresh_rotate of a used token: REUSED");
      }
      System.out.println("refresh_get: " + (sessions.getRefreshToken(second) == null ? "none" : "a token"));

      System.out.println("session_revoke: " + sessions.revoke(id));
      System.out.println("session_get: " + (sessions.get(id) == null ? "none" : "a session"));
    }
  }
}
