import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.opensearch.Version;
import org.opensearch.analysis.common.CommonAnalysisModulePlugin;
import org.opensearch.common.logging.LogConfigurator;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.painless.PainlessModulePlugin;
import org.opensearch.plugins.Plugin;
import org.opensearch.plugins.PluginInfo;
import org.opensearch.transport.Netty4ModulePlugin;

/**
 * A folder -> one running node of OpenSearch: java ClusterNode HOME WATCHED keep|remove.
 *
 * HOME/config/opensearch.yml says how it is set. WATCHED is the number of the process the node is for: when that ends, so does the node. When
 * it ends of itself or is told to, it removes HOME, and the folder around it
 * if nothing else is there, or keeps them.
 */
final class ClusterNode extends Node {
    private static final int SECONDS_TO_CLOSE = 10;

    private ClusterNode(Environment environment, Collection<PluginInfo> plugins) {
        super(environment, plugins, false);
    }

    public static void main(String[] arguments) throws Exception {
        Path home = Path.of(arguments[0]).toAbsolutePath();
        long watched = Long.parseLong(arguments[1]);
        boolean removed = arguments[2].equals("remove");
        endWith(watched);
        Settings settings = Settings.builder().put("path.home", home.toString()).build();
        Environment environment = InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), home.resolve("config"), () -> "node");
        LogConfigurator.registerErrorListener();
        Node node = new ClusterNode(
            environment,
            List.of(asPlugin(Netty4ModulePlugin.class), asPlugin(CommonAnalysisModulePlugin.class), asPlugin(PainlessModulePlugin.class))
        );
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(node, removed ? home : null)));
        node.start();
        Thread.currentThread().join();
    }

    private static PluginInfo asPlugin(Class<? extends Plugin> plugin) {
        String name = plugin.getName();
        return new PluginInfo(name, "on the class path", "1", Version.CURRENT, "21", name, null, List.of(), false);
    }

    /** Ends this process as soon as another has ended, at once if it has already. */
    private static void endWith(long process) {
        ProcessHandle.of(process).ifPresentOrElse(alive -> alive.onExit().thenRun(() -> System.exit(0)), () -> System.exit(0));
    }

    private static void end(Node node, Path home) {
        Thread closing = new Thread(() -> {
            try {
                node.close();
                node.awaitClose(SECONDS_TO_CLOSE, TimeUnit.SECONDS);
            } catch (IOException | InterruptedException | RuntimeException trouble) {
                trouble.printStackTrace();
            }
        });
        closing.setDaemon(true);
        closing.start();
        try {
            closing.join(TimeUnit.SECONDS.toMillis(SECONDS_TO_CLOSE));
            if (home != null) {
                remove(home);
                Files.delete(home.getParent()); // once it is empty
            }
        } catch (DirectoryNotEmptyException others) {
            // the last of the nodes removes it
        } catch (IOException | InterruptedException trouble) {
            trouble.printStackTrace();
        }
    }

    private static void remove(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<Path>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path emptied, IOException trouble) throws IOException {
                Files.delete(emptied);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
