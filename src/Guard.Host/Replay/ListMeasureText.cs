using System.Globalization;
using System.Text.Json;

namespace Guard.Host.Replay;

/// <summary>Shows what lists of reputation added.</summary>
internal static class ListMeasureText
{
    public static void Write(TextWriter output, IReadOnlyList<ListMeasured> lists)
    {
        output.WriteLine();
        if (lists.Count == 0)
            output.WriteLine("accountguard.reputation names no list");
        foreach (var list in lists)
        {
            output.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"list {list.List} ({list.Bits:0.#} bits): {list.Seen} accounts were used from listed addresses, of {list.Quiet} of them nothing is ever told"
                )
            );
            output.WriteLine($"  reports: {Gain(list.Reports)}");
            output.WriteLine($"  restrictions: {Gain(list.Restrictions)}");
        }
        output.Flush();
    }

    private static string Gain(ListGain gain) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{gain.More} more (of {gain.Accounts} accounts), {gain.Fewer} fewer, {gain.Earlier} earlier{(gain.Earlier > 0 ? $" by {gain.MinutesEarlier:0.#} minutes (median)" : "")}"
        );

    public static void Json(Stream output, IReadOnlyList<ListMeasured> lists)
    {
        foreach (var list in lists)
        {
            using (var json = new Utf8JsonWriter(output))
            {
                json.WriteStartObject();
                json.WriteString("type", "list");
                json.WriteString("list", list.List);
                json.WriteNumber("bits", list.Bits);
                json.WriteNumber("accounts", list.Seen);
                json.WriteNumber("quiet", list.Quiet);
                Gain(json, "reports", list.Reports);
                Gain(json, "restrictions", list.Restrictions);
                json.WriteEndObject();
            }
            output.WriteByte((byte)'\n');
        }
        output.Flush();
    }

    private static void Gain(Utf8JsonWriter json, string name, ListGain gain)
    {
        json.WriteStartObject(name);
        json.WriteNumber("more", gain.More);
        json.WriteNumber("accounts", gain.Accounts);
        json.WriteNumber("fewer", gain.Fewer);
        json.WriteNumber("earlier", gain.Earlier);
        json.WriteNumber("minutesEarlier", Math.Round(gain.MinutesEarlier, 1));
        json.WriteEndObject();
    }
}
