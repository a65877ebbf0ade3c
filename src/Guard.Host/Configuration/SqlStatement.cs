using System.Collections.Frozen;
using System.Data;
using System.Data.Common;
using System.Text;
using System.Text.RegularExpressions;
using MySqlConnector;

namespace Guard.Host.Configuration;

/// <summary>An administrator's SQL statement with parameters such as <c>@user</c>. Values are always sent as parameters; no text is ever put
/// together.</summary>
public sealed partial class SqlStatement
{
    public static readonly string[] Parameters = ["user", "local", "domain", "until", "reason", "grade"];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly string _text;
    private readonly FrozenSet<string> _used;

    private SqlStatement(string text, FrozenSet<string> used) => (_text, _used) = (text, used);

    /// <exception cref="ArgumentException">Empty, without the account, or with a parameter that there is not.</exception>
    public static SqlStatement Parse(string text)
    {
        if (string.IsNullOrWhiteSpace(text))
            throw new ArgumentException("is empty", nameof(text));
        // What stands between quotes is a value, not a parameter: 'nobody@example.com'.
        var bare = Quoted().Replace(text, "''");
        var used = Parameter().Matches(bare).Select(match => match.Groups[1].Value).ToFrozenSet(StringComparer.Ordinal);
        if (used.FirstOrDefault(name => !Parameters.Contains(name)) is { } unknown)
            throw new ArgumentException($"@{unknown} is no parameter; there are {string.Join(", ", Parameters.Select(name => "@" + name))}", nameof(text));
        if (!used.Contains("user") && !used.Contains("local"))
            throw new ArgumentException("names no account: it would do the same to everybody; use @user, or @local and @domain", nameof(text));
        if (Pattern().IsMatch(bare))
            throw new ArgumentException("compares a name as a pattern, for which _ and % in it stand for any other: compare with =", nameof(text));
        return new SqlStatement(text, used);
    }

    public bool Mentions(string parameter) => _used.Contains(parameter);

    public async Task<DbCommand> On(
        DbConnection connection,
        DbTransaction? transaction,
        IReadOnlyDictionary<string, string?> values,
        CancellationToken cancellation
    )
    {
        var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandTimeout = (int)Patience.TotalSeconds;
        // Most collations of MySQL hold ínfo and info for equal; bytes are equal to themselves alone. Plain names stay text, as the panel may write them in
        // capitals.
        var exact = command is MySqlCommand && !Ascii.IsValid(values["user"]);
#pragma warning disable CA2100 // The text is the administrator's; every value is a parameter.
        command.CommandText = exact ? ByBytes() : _text;
#pragma warning restore CA2100
        foreach (var name in _used)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = "@" + name;
            // Told even of null: PostgreSQL would guess a type for that, and a rehearsal without an end would pass where a lock with one fails.
            parameter.DbType = DbType.String;
            parameter.Value = (object?)values[name] ?? DBNull.Value;
            command.Parameters.Add(parameter);
        }
        // Without it MySqlConnector would put quoted values into the text itself. The others send them apart anyway.
        if (command is MySqlCommand)
            await command.PrepareAsync(cancellation).ConfigureAwait(false);
        return command;
    }

    /// <summary>The statement with its names as bytes. A parameter that is bytes would not do: beside a column's collation its own does not count, that of a
    /// cast does.</summary>
    private string ByBytes() => NameOutsideOfQuotes().Replace(_text, match => match.Value[0] == '@' ? $"CAST({match.Value} AS BINARY)" : match.Value);

    [GeneratedRegex("""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`[^`]*`|(?<![@\w])@(?:user|local|domain)\b""", RegexOptions.Singleline)]
    private static partial Regex NameOutsideOfQuotes();

    [GeneratedRegex(
        @"\b(?:LIKE|ILIKE|SIMILAR\s+TO|REGEXP|RLIKE|GLOB|MATCH)\b[\s(]*@(?:user|local|domain)\b|~~?\*?\s*@(?:user|local|domain)\b",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex Pattern();

    [GeneratedRegex("'(?:[^']|'')*'")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"(?<![@\w])@(\w+)")]
    private static partial Regex Parameter();
}
