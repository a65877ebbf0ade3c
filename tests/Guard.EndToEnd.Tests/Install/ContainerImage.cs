using System.Diagnostics;
using System.Text.Json;
using Guard.EndToEnd.Tests.Firewall;
using Xunit;

namespace Guard.EndToEnd.Tests.Install;

/// <summary>
/// The image that packaging/image builds of the packages' own context, on a Debian with nothing in it, and containers of it. Images are kept in a place of the
/// test's own. A machine like this one lets buildah change the root alone: the network is a namespace of the test's, users and processes are the machine's.
/// </summary>
internal sealed class ContainerImage : IDisposable
{
    private const string Slim = $"{BootedMachine.Roots}/slim";

    private readonly GuardProgram _runner;
    private readonly string _store;
    private readonly string[] _environment;
    private readonly List<Process> _containers = [];

    private ContainerImage(GuardProgram runner)
    {
        _runner = runner;
        // Not below /tmp, which may be a file system that no overlay can lie on.
        _store = Directory.CreateDirectory(Path.Combine(BootedMachine.Roots, $"images-{Guid.NewGuid():N}")).FullName;
        var settings = Path.Combine(_store, "storage.conf");
        File.WriteAllText(settings, $"[storage]\ndriver = \"overlay\"\ngraphroot = \"{_store}/images\"\nrunroot = \"{_store}/run\"\n");
        _environment = ["env", $"CONTAINERS_STORAGE_CONF={settings}", "BUILDAH_ISOLATION=chroot"];
    }

    public static ContainerImage Build(GuardProgram runner)
    {
        Requirement.Root();
        Requirement.Programs("buildah");
        Requirement.That(File.Exists(Path.Combine(Slim, ".made")), "needs a Debian root: tests/make-root slim");
        Requirement.That(Directory.Exists(Path.Combine(GuardProgram.Root, "bin", "packages", "container")), "needs bin/packages/container: make packages");
        var image = new ContainerImage(runner);
        try
        {
            image.Must(Path.Combine(GuardProgram.Root, "packaging", "image"), Slim);
        }
        catch
        {
            image.Dispose();
            throw;
        }
        return image;
    }

    /// <summary>Names and tags of what is there, a line each.</summary>
    public string[] Tags() =>
        Must("buildah", "images", "--format", "{{.Name}}:{{.Tag}}").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>A container of the image; its name.</summary>
    public string Make(string tag) => Must("buildah", "from", tag).Trim();

    /// <summary>Puts a file of this machine into a container.</summary>
    public void Put(string container, string file, string path) => Must("buildah", "copy", "--chmod", "644", container, file, path);

    /// <summary>Begins what the image begins with.</summary>
    /// <param name="volume">A directory of this machine, as <c>FROM:TO</c>. One at most: with more, buildah 1.28 at times lays the image's own volume over them.</param>
    public Process Run(string container, NetworkNamespace network, string? volume = null)
    {
        var process = _runner.StartProgram([
            "ip",
            "netns",
            "exec",
            network.Name,
            .. _environment,
            "buildah",
            "run",
            .. volume is null ? Array.Empty<string>() : ["--volume", volume],
            container,
            "--",
            .. Starts(container),
        ]);
        _containers.Add(process);
        return process;
    }

    private string[] Starts(string container)
    {
        using var told = JsonDocument.Parse(Must("buildah", "inspect", container));
        var config = told.RootElement.GetProperty("OCIv1").GetProperty("config");
        return [.. Words("Entrypoint"), .. Words("Cmd")];

        IEnumerable<string> Words(string name) => config.GetProperty(name).EnumerateArray().Select(word => word.GetString()!);
    }

    private string Must(params string[] words)
    {
        var (text, error, code) = _runner.Run(_environment[0], [.. _environment[1..], .. words]);
        Assert.True(code == 0, $"{string.Join(' ', words)}: {text}{error}");
        return text;
    }

    public void Dispose()
    {
        // What buildah started does not end with it.
        foreach (var container in _containers.Where(container => !container.HasExited))
            container.Kill(entireProcessTree: true);
        // Its layers are mounted, which only buildah undoes.
        _runner.Run(_environment[0], [.. _environment[1..], "buildah", "rm", "--all"]);
        _runner.Run("rm", "-rf", _store);
    }
}
