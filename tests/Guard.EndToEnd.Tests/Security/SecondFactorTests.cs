using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Xunit;

namespace Guard.EndToEnd.Tests.Security;

/// <summary>Somebody who has the password guesses codes, or uses one that they saw.</summary>
public sealed class SecondFactorTests
{
    private const string Name = "root@example.com";
    private const string Key = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

    [Fact(DisplayName = "Codes are guessed from many networks: after a few the account's next try has to wait, wherever it comes from")]
    public async Task Guessing()
    {
        using var console = new GuardedConsole();
        await console.AddAsync(Name);
        await console.TurnOnSecondFactorAsync(Name, Key);
        // The owner's browser got in before, and is known.
        using var owner = console.Visit("192.0.2.7");
        Assert.Equal("/sign-in/code?return=%2F", await owner.SignInAsync(Name, GuardedConsole.Password));
        Assert.Equal("/", await owner.GiveCodeAsync(CodeOf(0)));
        var (checkedCodes, waits) = (0, 0);
        var guessing = Stopwatch.StartNew();
        for (var network = 1; network <= 30; network++)
        {
            using var guesser = console.Visit($"2001:db8:{network:x}::1");
            Assert.Equal("/sign-in/code?return=%2F", await guesser.SignInAsync(Name, GuardedConsole.Password));
            var answer = await guesser.GiveCodeAsync((100_000 + network).ToString(CultureInfo.InvariantCulture));
            if (answer.Contains("problem=wait", StringComparison.Ordinal))
                waits++;
            else
                checkedCodes++;
        }
        // Ten are free; then the waits are 2, 4, 8 … seconds, so that within T seconds log2(1 + T/2) more have their turn.
        Assert.InRange(checkedCodes, 10, 10 + (int)Math.Log2(1 + (guessing.Elapsed.TotalSeconds / 2)));
        Assert.Equal(30, checkedCodes + waits);
        // The right code has to wait as well; not in the browser that is known. The guesses' own wait may be over by now: one more wrong code begins it anew.
        using var late = console.Visit("198.51.100.7");
        await late.SignInAsync(Name, GuardedConsole.Password);
        using var last = console.Visit("2001:db8:ffff::1");
        await last.SignInAsync(Name, GuardedConsole.Password);
        Assert.True(
            await Eventually.Within(
                GuardProgram.Patience,
                async () => !(await last.GiveCodeAsync("100000")).Contains("problem=wait", StringComparison.Ordinal),
                TestContext.Current.CancellationToken
            )
        );
        Assert.Contains("problem=wait", await late.GiveCodeAsync(CodeOf(1)), StringComparison.Ordinal);
        await owner.SignInAsync(Name, GuardedConsole.Password);
        Assert.Equal("/", await owner.GiveCodeAsync(CodeOf(1)));
        Assert.Contains("guesses codes", console.Program.Heard, StringComparison.Ordinal);
        var slowed = await GuardedConsole.AuditAsync(owner, "act=sign-in.slowed");
        Assert.NotEmpty(slowed);
    }

    [Fact(DisplayName = "A code that was used is refused, in another browser and after a restart; one that was not goes on working")]
    public async Task Replay()
    {
        using var console = new GuardedConsole();
        await console.AddAsync(Name);
        await console.TurnOnSecondFactorAsync(Name, Key);
        var used = CodeOf(0);
        using (var owner = console.Visit())
        {
            await owner.SignInAsync(Name, GuardedConsole.Password);
            Assert.Equal("/", await owner.GiveCodeAsync(used));
            Assert.True(await owner.IsInAsync());
        }
        using (var thief = console.Visit("203.0.113.9"))
        {
            await thief.SignInAsync(Name, GuardedConsole.Password);
            Assert.Contains("problem=code", await thief.GiveCodeAsync(used), StringComparison.Ordinal);
            Assert.False(await thief.IsInAsync());
        }
        await console.RestartAsync();
        using var later = console.Visit("203.0.113.10");
        await later.SignInAsync(Name, GuardedConsole.Password);
        Assert.Contains("problem=code", await later.GiveCodeAsync(used), StringComparison.Ordinal);
        Assert.Equal("/", await later.GiveCodeAsync(CodeOf(1)));
    }

    [Fact(DisplayName = "Between password and code the password is changed: the code no longer helps")]
    public async Task Changed_meanwhile()
    {
        using var console = new GuardedConsole();
        await console.AddAsync(Name);
        await console.TurnOnSecondFactorAsync(Name, Key);
        using var thief = console.Visit("203.0.113.9");
        Assert.Equal("/sign-in/code?return=%2F", await thief.SignInAsync(Name, GuardedConsole.Password));
        console.Tell("console", "reset-password", Name);
        Assert.Equal("/sign-in", await thief.GiveCodeAsync(CodeOf(0)));
        Assert.False(await thief.IsInAsync());
    }

    /// <summary>RFC 6238 with the usual parameters, apart from the program's own.</summary>
    /// <param name="ahead">Steps of 30 s from now; authenticators may be some ahead.</param>
    internal static string CodeOf(int ahead, string secret = Key)
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        var bits = string.Concat(secret.Select(c => Convert.ToString(Alphabet.IndexOf(c, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        var key = Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(i * 8, 8), 2)).ToArray();
        var step = BitConverter.GetBytes(System.Net.IPAddress.HostToNetworkOrder(DateTimeOffset.UtcNow.ToUnixTimeSeconds() / 30 + ahead));
#pragma warning disable CA5350 // RFC 6238's own.
        var hash = HMACSHA1.HashData(key, step);
#pragma warning restore CA5350
        var offset = hash[^1] & 15;
        var number = ((hash[offset] & 127) << 24 | hash[offset + 1] << 16 | hash[offset + 2] << 8 | hash[offset + 3]) % 1_000_000;
        return number.ToString("D6", CultureInfo.InvariantCulture);
    }
}
