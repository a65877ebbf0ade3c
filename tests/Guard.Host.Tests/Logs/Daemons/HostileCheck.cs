using System.Text;
using Guard.Host.Intake.Logs;
using Guard.Messages.Identity;
using Guard.Messages.Observations;

namespace Guard.Host.Tests.Logs.Daemons;

/// <summary>Whether a line tells nothing but what its daemon wrote into the places that are its own.</summary>
internal static class HostileCheck
{
    /// <summary>Of the client in all <see cref="HostileShape"/>s.</summary>
    public const string Address = "192.0.2.7";

    private static readonly UserId Anna = new("anna@example.com");
    private static readonly UserNameRules Names = new("example.com");

    /// <summary>The shape with stamp and host in front where it has no stamp of its own.</summary>
    public static string Whole(string line) =>
        line[0] is '[' or '{' || line.StartsWith("Tue Nov", StringComparison.Ordinal) || line.StartsWith("2026-", StringComparison.Ordinal)
            ? line
            : $"Nov 24 02:14:15 mail {line}";

    /// <summary>What is wrong with what came out of the shape with this text; null for nothing.</summary>
    public static string? Fault(HostileShape shape, string text, IReadOnlyList<Observation> told)
    {
        if (told.Count > shape.Count)
            return $"{told.Count} observations";
        foreach (var observation in told)
        {
            if (observation is not Login login)
                return $"told of {observation.GetType().Name}";
            if (!login.Place.Address.IsNone && login.Place.Address.ToString() != Address)
                return "another address";
            if (login.Service.ToString() != shape.Service)
                return "another service";
            if (login.Outcome == LoginOutcome.Succeeded && !shape.Succeeds)
                return "a success";
            if (!login.User.IsNone && login.User != Expected(shape, text))
                return "another user";
        }
        return null;
    }

    /// <summary>The whole of what was claimed, as the daemon writes it, never a part of it that is somebody else.</summary>
    private static UserId? Expected(HostileShape shape, string text)
    {
        if (!shape.IsUser)
            return Anna;
        var claimed = shape.Written == HostileShape.Json ? text : shape.Write(text);
        return Names.Map(Encoding.UTF8.GetBytes(claimed), shape.Service is "Ftp" or "Ssh");
    }
}
