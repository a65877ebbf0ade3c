using System.Globalization;
using System.Text;
using System.Text.Json;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Messages.Identity;
using Microsoft.AspNetCore.Http;

namespace Guard.Host.Web.Api;

/// <summary>A column of an exported list.</summary>
internal sealed record ExportColumn<T>(string Name, Func<T, object?> Value);

/// <summary>Writes whole lists as files, row by row: <c>?export=csv</c> or <c>?export=json</c>.</summary>
internal static class ApiExport
{
    /// <summary>Null when no export is asked for.</summary>
    public static IResult? Of<T>(HttpContext http, string name, IAsyncEnumerable<T> rows, params ExportColumn<T>[] columns) =>
        http.Request.Query["export"].ToString() switch
        {
            "" => null,
            "csv" => Results.Stream(stream => CsvAsync(stream, rows, columns, http.RequestAborted), "text/csv; charset=utf-8", $"{name}.csv"),
            "json" => Results.Stream(stream => JsonAsync(stream, rows, http.RequestAborted), "application/json", $"{name}.json"),
            var other => throw new BadRequestException($"export is csv or json, not '{other}'"),
        };

    /// <summary>The same for a list that is at hand.</summary>
    public static IResult? Of<T>(HttpContext http, string name, IEnumerable<T> rows, params ExportColumn<T>[] columns) =>
        Of(http, name, OneByOneAsync(rows), columns);

    private static async IAsyncEnumerable<T> OneByOneAsync<T>(IEnumerable<T> rows)
    {
        foreach (var row in rows)
            yield return row;
        await Task.CompletedTask.ConfigureAwait(false);
    }

    private static async Task CsvAsync<T>(Stream stream, IAsyncEnumerable<T> rows, ExportColumn<T>[] columns, CancellationToken cancel)
    {
        await using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\r\n" };
        await writer.WriteLineAsync(string.Join(',', columns.Select(column => column.Name))).ConfigureAwait(false);
        await foreach (var row in rows.WithCancellation(cancel).ConfigureAwait(false))
            await writer.WriteLineAsync(string.Join(',', columns.Select(column => Field(column.Value(row))))).ConfigureAwait(false);
    }

    private static async Task JsonAsync<T>(Stream stream, IAsyncEnumerable<T> rows, CancellationToken cancel)
    {
        await using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        var separator = "[\n";
        await foreach (var row in rows.WithCancellation(cancel).ConfigureAwait(false))
        {
            await writer.WriteAsync(separator).ConfigureAwait(false);
            await writer.WriteAsync(JsonSerializer.Serialize(row, ApiJson.Options)).ConfigureAwait(false);
            separator = ",\n";
        }
        await writer.WriteLineAsync(separator == "[\n" ? "[]" : "\n]").ConfigureAwait(false);
    }

    /// <summary>RFC 4180. What a spreadsheet would take for a formula gets an apostrophe in front, and nothing turns or hides what stands there: names come from the network.</summary>
    internal static string Field(object? value)
    {
        var text = value switch
        {
            null => "",
            DateTimeOffset at => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture),
            double number => number.ToString("R", CultureInfo.InvariantCulture),
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString() ?? "",
        };
        if (value is string or not IFormattable)
            text = NoFormula(Printable.Of(text, lines: true));
        return text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    /// <summary>
    /// What begins a cell: the field, and, for spreadsheets whose columns are divided by semicolons or tabs, what follows those. Blanks before it and the wide forms of the
    /// signs are taken for the same by some.
    /// </summary>
    private static string NoFormula(string text)
    {
        var safe = new StringBuilder(text.Length + 1);
        var begins = true;
        foreach (var c in text)
        {
            if (begins && c is '=' or '+' or '-' or '@' or '\t' or '\r' or '\uFF1D' or '\uFF0B' or '\uFF0D' or '\uFF20')
                safe.Append('\'');
            safe.Append(c);
            begins = c is ';' or '\t' or '\n' or '\r' || (begins && c == ' ');
        }
        return safe.ToString();
    }
}
