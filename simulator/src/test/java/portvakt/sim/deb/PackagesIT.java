package portvakt.sim.deb;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@code ./portvakt deb} makes of what Maven has built: the same to the byte, nothing that does not belong, nothing to complain of. */
class PackagesIT {

    /** The two packages, and where their jars come from and go to. */
    enum Package {
        GATE("portvakt-gate", "arm64", "gate-firmware", "usr/lib/portvakt-gate"),
        SERVER("portvakt-server", "all", "sync-server", "usr/share/portvakt-server");

        final String debian;
        final String architecture;
        final Path module;
        final String jars;

        Package(String debian, String architecture, String module, String jars) {
            this.debian = debian;
            this.architecture = architecture;
            this.module = Packages.ROOT.resolve(module);
            this.jars = jars;
        }

        /** What Maven says it runs with. */
        List<String> jarsOfTheClassPath() throws IOException {
            List<String> names = new ArrayList<>();
            try (Stream<Path> libraries = Files.list(module.resolve("target/lib"));
                    Stream<Path> own = Files.list(module.resolve("target"))) {
                libraries.forEach(jar -> names.add(jar.getFileName().toString()));
                own.map(jar -> jar.getFileName().toString())
                        .filter(jar -> jar.matches(debian + "-[0-9].*(?<!-tests)\\.jar"))
                        .forEach(names::add);
            }
            names.sort(null);
            return names;
        }
    }

    private static final Pattern LISTED = Pattern.compile("(\\S{10}) (\\S+) +\\d+ \\S+ \\S+ \\./(\\S*)(?: -> .*)?");
    private static final Pattern OWN = Pattern.compile("portvakt-(gate|server|protocol)-[0-9].*\\.jar");

    @TempDir
    private static Path made;

    @BeforeAll
    static void make() throws Exception {
        Packages.make(made, Map.of());
    }

    /** Path in the package to its mode and owner. */
    private static Map<String, String> contents(Package of) throws Exception {
        Map<String, String> found = new TreeMap<>();
        for (String line : DebianRoot.must(
                        List.of("dpkg-deb", "-c", Packages.in(made, of.debian).toString()))
                .lines()
                .toList()) {
            var listed = LISTED.matcher(line);
            assertThat(listed.matches()).as(line).isTrue();
            found.put(listed.group(3), listed.group(1) + " " + listed.group(2));
        }
        return found;
    }

    @ParameterizedTest
    @EnumSource
    void anotherMakerInAnotherPlaceMakesTheSameBytes(Package of, @TempDir Path again) throws Exception {
        Packages.make(again, Map.of("TZ", "Asia/Tokyo", "LC_ALL", "C", "TMPDIR", again.toString(), "MASK", "077"));
        assertThat(Packages.in(again, of.debian)).hasSameBinaryContentAs(Packages.in(made, of.debian));
        assertThat(Packages.in(again, of.debian).getFileName())
                .isEqualTo(Packages.in(made, of.debian).getFileName());
    }

    @ParameterizedTest
    @EnumSource
    void ourJarsKnowNeitherWhenNorWhereTheyWereBuilt(Package of) throws Exception {
        for (String name : of.jarsOfTheClassPath()) {
            if (OWN.matcher(name).matches()) {
                Path library = of.module.resolve("target/lib").resolve(name);
                Path jar = Files.exists(library)
                        ? library
                        : of.module.resolve("target").resolve(name);
                try (ZipFile zip = new ZipFile(jar.toFile())) {
                    assertThat(zip.stream().map(ZipEntry::getTimeLocal).distinct())
                            .as(name)
                            .hasSize(1);
                    for (ZipEntry entry : zip.stream().toList()) {
                        String bytes = new String(
                                zip.getInputStream(entry).readAllBytes(), java.nio.charset.StandardCharsets.ISO_8859_1);
                        assertThat(bytes.contains(Packages.ROOT.toString()))
                                .as("%s: %s names the folder that it was built in", name, entry)
                                .isFalse();
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void everythingIsRootsAndOnlyRootCanWriteIt(Package of) throws Exception {
        Map<String, String> contents = contents(of);
        contents.forEach((path, mode) -> {
            if (path.endsWith("/") || path.isEmpty()) {
                assertThat(mode).as(path).isEqualTo("drwxr-xr-x root/root");
            } else if (path.startsWith("usr/bin/")) {
                assertThat(mode).as(path).isEqualTo("-rwxr-xr-x root/root");
            } else {
                assertThat(mode).as(path).isEqualTo("-rw-r--r-- root/root");
            }
        });
        assertThat(contents)
                .containsKeys(
                        "usr/bin/" + of.debian,
                        "usr/lib/systemd/system/" + of.debian + ".service",
                        "usr/lib/sysusers.d/" + of.debian + ".conf",
                        "usr/lib/tmpfiles.d/" + of.debian + ".conf",
                        "usr/share/man/man1/" + of.debian + ".1.gz",
                        "usr/share/doc/" + of.debian + "/copyright",
                        "usr/share/doc/" + of.debian + "/changelog.Debian.gz",
                        "usr/share/doc/" + of.debian + "/changelog.gz");
    }

    @ParameterizedTest
    @EnumSource
    void theJarsAreThoseOfTheClassPathAndEachHasItsLicence(Package of) throws Exception {
        List<String> packed = contents(of).keySet().stream()
                .filter(path -> path.endsWith(".jar"))
                .sorted()
                .toList();
        assertThat(packed)
                .isEqualTo(of.jarsOfTheClassPath().stream()
                        .map(jar -> of.jars + "/" + jar)
                        .toList());
        List<PathMatcher> licensed = new ArrayList<>();
        boolean inFiles = false;
        for (String line : Files.readAllLines(of.module.resolve("src/deb/copyright"))) {
            inFiles = line.startsWith("Files:") || inFiles && line.startsWith(" ");
            if (inFiles && !line.equals("Files: *")) {
                licensed.add(FileSystems.getDefault()
                        .getPathMatcher("glob:" + line.replace("Files:", "").strip()));
            }
        }
        assertThat(packed)
                .filteredOn(
                        jar -> !OWN.matcher(jar.substring(of.jars.length() + 1)).matches())
                .allMatch(
                        jar -> licensed.stream()
                                        .filter(pattern -> pattern.matches(Path.of(jar)))
                                        .count()
                                == 1,
                        "is named by one paragraph of the copyright file");
        assertThat(licensed)
                .allMatch(
                        pattern -> packed.stream().anyMatch(jar -> pattern.matches(Path.of(jar))),
                        "names a jar that is packed");
    }

    @ParameterizedTest
    @EnumSource
    void lintianHasNothingToSay(Package of) throws Exception {
        DebianRoot.Said said = DebianRoot.run(List.of(
                "lintian",
                "--allow-root",
                "--no-cfg",
                "--fail-on",
                "error,warning",
                "--suppress-tags",
                // A Debian newer than the lintian that looks.
                "bad-distribution-in-changes-file",
                Packages.in(made, of.debian).toString()));
        assertThat(said.text().lines().filter(line -> line.matches("[EWI]: .*")))
                .isEmpty();
        assertThat(said.status()).as(said.text()).isZero();
    }

    @Test
    void theVersionIsThatOfTheBuildAndRises() throws Exception {
        String version = DebianRoot.must(List.of(
                        "dpkg-deb", "-f", Packages.in(made, "portvakt-gate").toString(), "Version"))
                .strip();
        assertThat(version).matches("[0-9]+\\.[0-9]+\\.[0-9]+(~[0-9]{8}\\.[0-9]{6})?-1");
        String released = version.replaceAll("~.*-", "-");
        assertThat(DebianRoot.run(List.of("dpkg", "--compare-versions", version, "le", released))
                        .status())
                .isZero();
    }
}
