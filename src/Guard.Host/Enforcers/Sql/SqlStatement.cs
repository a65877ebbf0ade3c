using System.Collections.Frozen;
using System.Data.Common;
using System.Text.RegularExpressions;

namespace Guard.Host.Enforcers.Sql;

/// <summary>An administrator's SQL statement with parameters such as <c>@user</c>. Values are always sent as parameters; no text is ever put together.</summary>
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
        return new SqlStatement(text, used);
    }

    public bool Mentions(string parameter) => _used.Contains(parameter);

    public DbCommand On(DbConnection connection, DbTransaction? transaction, IReadOnlyDictionary<string, object?> values)
    {
        var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandTimeout = (int)Patience.TotalSeconds;
#pragma warning disable CA2100 // The text is the administrator's; every value is a parameter.
        command.CommandText = _text;
#pragma warning restore CA2100
        foreach (var name in _used)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = "@" + name;
            parameter.Value = values[name] ?? DBNull.Value;
            command.Parameters.Add(parameter);
        }
        return command;
    }

    [GeneratedRegex("'(?:[^']|'')*'")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"(?<![@\w])@(\w+)")]
    private static partial Regex Parameter();
}
