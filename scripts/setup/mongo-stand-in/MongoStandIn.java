import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import java.net.InetSocketAddress;
import java.util.List;

/** Speaks MongoDB's protocol on a free port, which it prints, until its standard input closes. */
public final class MongoStandIn {
  /** The server calls itself older than the driver's newest versions accept. */
  private static final MongoVersion ACCEPTED =
      new MongoVersion() {
        @Override
        public List<Integer> getVersionArray() {
          return List.of(4, 4, 0);
        }

        @Override
        public String toVersionString() {
          return "4.4.0";
        }

        @Override
        public int getWireVersion() {
          return 9;
        }
      };

  public static void main(String[] arguments) throws Exception {
    MongoServer server = new MongoServer(new MemoryBackend().version(ACCEPTED));
    server.bind(new InetSocketAddress("127.0.0.1", 0));
    System.out.println(server.getLocalAddress().getPort());
    while (System.in.read() >= 0) {
      // Whoever started it says nothing.
    }
    System.exit(0);
  }
}
