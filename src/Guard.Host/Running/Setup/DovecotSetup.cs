using System.Net;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Guard.Host.Platform;

namespace Guard.Host.Running.Setup;

/// <summary>Writes the guard's lines into a file of their own that Dovecot includes before its others, and takes it away again.</summary>
internal sealed partial class DovecotSetup(MachineFiles machine, IProcessRunner runner)
{
    /// <summary>Before 10-auth.conf: a passdb that denies has to be the first.</summary>
    public const string File = "/etc/dovecot/conf.d/05-accountguard.conf";

    private const string Nonce = "auth_policy_hash_nonce = ";

    public bool IsApplied => machine.FirstLine(File) == MailServerLines.Mark;

    public bool IsHere => machine.Has("/etc/dovecot/dovecot.conf") && machine.HasProgram("doveconf");

    /// <summary>The text of the file; what is there already stays as it is.</summary>
    /// <exception cref="EnforcementException">Dovecot's configuration cannot be read.</exception>
    public async Task<string> PlanAsync(EndPoint authPolicy, CancellationToken cancellation)
    {
        var version = (await runner.MustAsync(new ProcessRequest("dovecot", "--version"), cancellation).ConfigureAwait(false)).Trim();
        var is24 = IsFrom24(version);
        var asked = Asked().Match(await runner.MustAsync(new ProcessRequest("doveconf", "-n"), cancellation).ConfigureAwait(false)).Groups["url"].Value;
        var nonce =
            (IsApplied ? System.IO.File.ReadLines(machine.At(File)).FirstOrDefault(line => line.StartsWith(Nonce, StringComparison.Ordinal)) : null)?[
                Nonce.Length..
            ]
            ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        // Another policy server, such as weakforced, is somebody's decision.
        var policy =
            asked.Length == 0 || asked == $"http://{authPolicy}/"
                ? MailServerLines.AuthPolicy(is24, authPolicy, nonce)
                : $"# Another policy server is asked, and stays: {asked}";
        return $"{MailServerLines.Mark}\n{MailServerLines.Deny(is24)}\n{policy}\n";
    }

    public bool IsAsIn(string text) => machine.Has(File) && System.IO.File.ReadAllText(machine.At(File)) == text;

    /// <exception cref="EnforcementException">Dovecot does not take it; the file is as it was.</exception>
    public async Task ApplyAsync(string text, CancellationToken cancellation)
    {
        var at = machine.At(File);
        if (machine.Has(File) && !IsApplied)
            throw new EnforcementException($"{File} is there and not setup's: move it away, or write the lines of the guide yourself");
        EmptyTable.Make(machine.At(MailServerLines.DenyFile), "dovecot");
        var before = machine.Has(File) ? await System.IO.File.ReadAllTextAsync(at, cancellation).ConfigureAwait(false) : null;
        Directory.CreateDirectory(Path.GetDirectoryName(at)!);
        // doveconf and delivery agents of other users read it too.
        AtomicFile.Write(at, text, AtomicFile.ForAll);
        try
        {
            var said = await runner.MustAsync(new ProcessRequest("doveconf", "-n"), cancellation).ConfigureAwait(false);
            if (!said.Contains(MailServerLines.DenyFile, StringComparison.Ordinal))
                throw new EnforcementException($"dovecot.conf does not include conf.d: write the line !include {File} at its beginning, and run setup again");
        }
        catch (EnforcementException)
        {
            if (before is null)
                System.IO.File.Delete(at);
            else
                AtomicFile.Write(at, before);
            throw;
        }
        await ReloadAsync(cancellation).ConfigureAwait(false);
    }

    /// <exception cref="EnforcementException">Dovecot does not reload.</exception>
    public async Task UndoAsync(CancellationToken cancellation)
    {
        System.IO.File.Delete(machine.At(File));
        await ReloadAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>2.4 has other names for settings (doc.dovecot.org, upgrading from 2.3 to 2.4).</summary>
    public static bool IsFrom24(string version) => Version.TryParse(version.Split([' ', '-'], 2)[0], out var number) && number >= new Version(2, 4);

    /// <summary>2.4 prints it as server_url within auth_policy { }.</summary>
    [GeneratedRegex(@"(^auth_policy_|^auth_policy \{[^}]*?\n\s+)server_url = (?<url>\S+)", RegexOptions.Multiline)]
    private static partial Regex Asked();

    private async Task ReloadAsync(CancellationToken cancellation)
    {
        if (machine.Has("/run/dovecot/master.pid"))
            await runner.MustAsync(new ProcessRequest("doveadm", "reload"), cancellation).ConfigureAwait(false);
    }
}
