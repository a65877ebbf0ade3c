using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Guard.EndToEnd.Tests.Firewall;
using Xunit;

namespace Guard.EndToEnd.Tests.Install;

/// <summary>The container image, built and run: by itself, and asked by a mail server on another machine.</summary>
public sealed partial class ContainerImageTests
{
    private const string MailServer = TwoMachines.Thief4;
    private const int PolicyPort = 10031;

    [Fact]
    public async Task Image_runs_as_its_own_user_answers_the_mail_servers_that_are_named_and_keeps_its_state()
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var runner = new GuardProgram();
        using var image = ContainerImage.Build(runner);
        var tag = KubernetesImage().Match(File.ReadAllText(Path.Combine(GuardProgram.Root, "deploy", "kubernetes", "accountguard.yaml"))).Groups[1].Value;
        Assert.Contains($"localhost/{tag}", image.Tags());
        await using var machines = await TwoMachines.Start(cancellation);

        // As it comes: well, for others to see, and nobody's questions are looked at.
        var fresh = image.Make(tag);
        var alone = image.Run(fresh, machines.Server);
        await GuardProgram.UntilAsync(() => Inside(runner, alone, "accountguard", "status").Code == 0, () => runner.Heard);
        Assert.Equal("accountguard", Inside(runner, alone, "id", "-un").Out.Trim());
        var owner = Inside(runner, alone, "id", "-u").Out.Trim();
        var status = Inside(runner, alone, "accountguard", "status").Out;
        Assert.Contains("observe mode", status, StringComparison.Ordinal);
        Assert.DoesNotContain("At fault", status, StringComparison.Ordinal);
        await GuardProgram.UntilAsync(
            () => runner.Heard.Contains("Set it up within a day at http://localhost:8080/set-up?token=", StringComparison.Ordinal),
            () => runner.Heard
        );
        Assert.StartsWith("HTTP/1.1 ", await SayAsync(machines, 8080, "GET / HTTP/1.0\r\nHost: guard\r\n\r\n"), StringComparison.Ordinal);
        Assert.Equal("action=DUNNO", await AskAsync(machines, "stranger@example.com", "a"));
        Assert.DoesNotContain("stranger@example.com", Inside(runner, alone, "accountguard", "users").Out, StringComparison.Ordinal);
        await StopAsync(runner, alone);

        // As an admin has it: with a configuration that names the mail server, and a volume.
        var data = Directory.CreateDirectory(runner["volume"]).FullName;
        var conf = runner["accountguard.conf"];
        var settings = File.ReadAllText(Path.Combine(GuardProgram.Root, "packaging", "conf", "container.conf"))
            .Replace("mode = observe", "mode = enforce", StringComparison.Ordinal)
            .Replace("10031\", allow-networks = []", $"10031\", allow-networks = [\"{MailServer}\"]", StringComparison.Ordinal)
            .Replace("recipients = 500", "recipients = 3", StringComparison.Ordinal);
        // A busy machine's start: an answer that comes too late would let mail through.
        await File.WriteAllTextAsync(conf, $"{settings}\naccountguard.intake.deadline = 30s\n", cancellation);
        runner.Must("chown", owner, data);
        var first = Start(image, machines, tag, conf, data);
        for (var mail = 0; mail < 3; mail++)
            Assert.Equal("action=DUNNO", await AskAsync(machines, "anna@example.com", $"b{mail.ToString(CultureInfo.InvariantCulture)}"));
        Assert.StartsWith("action=DEFER", await AskAsync(machines, "anna@example.com", "b3"), StringComparison.Ordinal);
        await StopAsync(runner, first);

        // Another container over the same volume.
        var second = Start(image, machines, tag, conf, data);
        Assert.StartsWith("action=DEFER", await AskAsync(machines, "anna@example.com", "c"), StringComparison.Ordinal);
        Assert.Equal("action=DUNNO", await AskAsync(machines, "bob@example.com", "d"));
        await StopAsync(runner, second);
    }

    private static Process Start(ContainerImage image, TwoMachines machines, string tag, string conf, string data)
    {
        var container = image.Make(tag);
        image.Put(container, conf, "/etc/accountguard/accountguard.conf");
        return image.Run(container, machines.Server, $"{data}:/var/lib/accountguard");
    }

    /// <summary>Another program in a container that runs, as whom the guard runs.</summary>
    private static (string Out, string Error, int Code) Inside(GuardProgram runner, Process container, params string[] words)
    {
        if (GuardOf(container) is not { } guard)
            return ("", "no guard runs", -1);
        var number = guard.ToString(CultureInfo.InvariantCulture);
        var owner = runner.Run("stat", "--format", "%u %g", $"/proc/{number}").Out.Trim().Split(' ');
        return runner.Run("nsenter", ["--target", number, "--mount", "--net", "--root", "--wd", "--setuid", owner[0], "--setgid", owner[1], "--", .. words]);
    }

    /// <summary>With the image's own signal, which ends it in order.</summary>
    private static async Task StopAsync(GuardProgram runner, Process container)
    {
        var guard = GuardOf(container);
        Assert.NotNull(guard);
        runner.Must("kill", "-TERM", guard.Value.ToString(CultureInfo.InvariantCulture));
        await container.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(container.ExitCode == 0, runner.Heard);
    }

    /// <summary>The guard among a process's children, when it has begun.</summary>
    private static int? GuardOf(Process container)
    {
        var waiting = new Queue<int>([container.Id]);
        while (waiting.TryDequeue(out var process))
        {
            var own = $"/proc/{process.ToString(CultureInfo.InvariantCulture)}";
            try
            {
                if (File.ReadAllText($"{own}/comm").Trim() == "accountguard")
                    return process;
                foreach (var task in Directory.GetDirectories($"{own}/task"))
                {
                    foreach (var child in File.ReadAllText($"{task}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
                        waiting.Enqueue(int.Parse(child, CultureInfo.InvariantCulture));
                }
            }
            catch (IOException)
            {
                // It ended meanwhile.
            }
        }
        return null;
    }

    private static async Task<string> AskAsync(TwoMachines machines, string user, string instance) =>
        (
            await SayAsync(
                machines,
                PolicyPort,
                $"request=smtpd_access_policy\nprotocol_state=RCPT\nprotocol_name=ESMTP\nclient_address=81.2.69.142\nsasl_method=PLAIN\nsasl_username={user}\nsender={user}\nrecipient=somebody@example.net\nrecipient_count=0\ninstance={instance}\nsize=1000\n\n"
            )
        ).Split('\n')[0];

    private static async Task<string> SayAsync(TwoMachines machines, int port, string text)
    {
        var cancellation = TestContext.Current.CancellationToken;
        Socket? socket = null;
        await GuardProgram.UntilAsync(
            async () => (socket = await machines.Connect(MailServer, cancellation, port)) is not null,
            () => $"nobody listens at port {port.ToString(CultureInfo.InvariantCulture)}"
        );
        await using var stream = new NetworkStream(socket!, ownsSocket: true);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(text), cancellation);
        using var reader = new StreamReader(stream);
        return await reader.ReadLineAsync(cancellation) ?? "";
    }

    [GeneratedRegex(@"image: (accountguard:\S+)")]
    private static partial Regex KubernetesImage();
}
