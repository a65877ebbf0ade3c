using System.Globalization;
using Guard.Actors.Reactions;
using Guard.Host.Texts;
using Guard.Messages.Decisions;
using Guard.Messages.Users;

namespace Guard.Host.Commands;

/// <summary>The evidence against an account, strongest first: what it adds, what was measured, what is usual; and how far it is to the next rung.</summary>
public static class EvidenceTable
{
    public static void Write(TextWriter output, UserStatus status)
    {
        if (!status.LastReasons.IsEmpty)
        {
            output.WriteLine();
            if (IncidentSentence.Of(status.LastReasons) is { Length: > 0 } sentence)
                output.WriteLine($"{IncidentText.Safe(sentence)}\n");
            output.WriteLine("Why:");
            output.WriteLine($"  {"bits",6}  {"seen",9}  {"usual",9}  evidence");
            foreach (var reason in status.LastReasons.OrderByDescending(reason => reason.Bits == 0 ? double.MaxValue : reason.Bits))
                output.WriteLine($"  {Bits(reason),6}  {Number(reason.Value),9}  {Number(reason.Usual),9}  {IncidentText.Safe(ReasonText.Of(reason))}");
        }
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"  {status.LastScore,6:0.0}  {"",9}  {"",9}  {(status.LastReasons.IsEmpty ? "score of what was seen last" : "score when this rung was reached")}"
            )
        );
        if (status.NextRung is { } next)
            output.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"  {Math.Max(0, status.NextScore - status.LastScore),6:0.0}  {"",9}  {"",9}  more and it is {IncidentText.Name(next)} (from {status.NextScore:0.0} bits)"
                )
            );
    }

    private static string Bits(Reason reason) => reason.Bits == 0 ? "rule" : reason.Bits.ToString("0.0", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString(Math.Abs(value) >= 100 ? "0" : "0.#", CultureInfo.InvariantCulture);
}
