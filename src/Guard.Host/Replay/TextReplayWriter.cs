using System.Collections.Immutable;
using System.Globalization;
using Guard.Host.Texts;
using Guard.Messages.Addresses;
using Guard.Messages.Decisions;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Guard.Messages.Sites;
using Guard.Messages.Users;

namespace Guard.Host.Replay;

/// <summary>A time line that a person can read: each reaction with its place, its reasons and what it would have meant.</summary>
public sealed class TextReplayWriter(TextWriter output, bool colours) : IReplayWriter
{
    private const int ShownShapes = 10;

    private static readonly string[] Codes = ["\e[32m", "\e[36m", "\e[33m", "\e[31m", "\e[1;31m"];

    public void Reaction(UserId user, SiteId site, ReactionChanged change)
    {
        output.WriteLine(
            $"{IncidentText.Time(change.At)}  {IncidentText.Safe(user.Value)}  {IncidentText.Name(change.From)} → {Coloured(change.To)}{IncidentText.Place(change.Address.ToString(), change.Country)}"
                + (change.Score > 0 ? string.Create(CultureInfo.InvariantCulture, $"  score {change.Score:0.0}") : "")
        );
        foreach (var reason in IncidentText.Reasons(change.Reasons))
            output.WriteLine($"                       {reason}");
        output.WriteLine($"                       → {IncidentText.Consequence(change.To, change.Until, GuardMode.Observe)}");
    }

    public void SiteReaction(SiteReactionChanged change)
    {
        output.WriteLine(
            $"{IncidentText.Time(change.At)}  {IncidentText.Safe(IncidentText.Subject(change.Site))}  {IncidentText.Name(change.From)} → {Coloured(change.To)}"
        );
        foreach (var reason in IncidentText.Reasons(change.Reasons))
            output.WriteLine($"                       {reason}");
    }

    public void Address(UserId user, AddressBlockOrdered block) =>
        Block(block.At, block.Address.ToString(), block.Until, $", for {IncidentText.Safe(user.Value)}", block.Reasons);

    public void Address(BlockOwed block) => Block(block.At, block.Name, block.Until, "", block.Reasons);

    private void Block(DateTimeOffset at, string what, DateTimeOffset until, string forWhom, ImmutableArray<Reason> reasons)
    {
        output.WriteLine($"{IncidentText.Time(at)}  {what}  would be blocked until {IncidentText.Time(until)} UTC{forWhom}");
        foreach (var reason in IncidentText.Reasons(reasons))
            output.WriteLine($"                       {reason}");
    }

    public void Alarm(UserId user, SiteId site, AlarmRaised alarm)
    {
        output.WriteLine($"{IncidentText.Time(alarm.At)}  {IncidentText.Safe(user.Value)}  ALARM{IncidentText.Place(alarm.Address.ToString(), alarm.Country)}");
        foreach (var reason in IncidentText.Reasons(alarm.Reasons))
            output.WriteLine($"                       {reason}");
    }

    public void Summary(ReplayCounts counts)
    {
        var invariant = CultureInfo.InvariantCulture;
        output.WriteLine();
        output.WriteLine(
            string.Create(
                invariant,
                $"{counts.Lines:N0} lines: {counts.Parsed:N0} observed, {counts.Ignored:N0} without observation ({counts.Foreign:N0} of no known daemon), {counts.Unparsed:N0} of unknown shape; {counts.Seconds:0.0} s ({counts.Lines / Math.Max(0.001, counts.Seconds):N0} lines/s)"
            )
        );
        output.WriteLine(
            string.Create(
                invariant,
                $"{counts.Users:N0} accounts of {counts.Sites:N0} sites: {counts.Logins:N0} logins, {counts.Failures:N0} failures, {counts.Submissions:N0} mails to {counts.Recipients:N0} recipients"
            )
        );
        output.WriteLine(
            string.Create(
                invariant,
                $"reactions: {counts.Of(Rung.Reported)} reported, {counts.Of(Rung.Restricted)} restricted, {counts.Of(Rung.Suspended)} suspended, {counts.Of(Rung.Blocked)} blocked; {counts.Addresses} addresses; {counts.StoppedSubmissions:N0} mails would have been stopped, {counts.RefusedLogins:N0} logins refused"
            )
        );
        if (counts.Unjudged > 0)
            output.WriteLine(
                string.Create(
                    invariant,
                    $"{counts.Unjudged:N0} mails belong to nobody (no login, no sender rule), from {counts.UnjudgedFrom}: name their senders in accountguard.senders"
                )
            );
        foreach (var shape in counts.Shapes.Take(ShownShapes))
            output.WriteLine(string.Create(invariant, $"unknown shape, {shape.Count:N0} times: {shape.Daemon}: {shape.Shape}"));
        output.Flush();
    }

    private string Coloured(Rung rung) => colours ? $"{Codes[(int)rung]}{IncidentText.Name(rung)}\e[0m" : IncidentText.Name(rung);
}
