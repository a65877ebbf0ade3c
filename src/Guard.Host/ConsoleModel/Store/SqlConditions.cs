using Guard.Host.ConsoleModel.Contracts;

namespace Guard.Host.ConsoleModel.Store;

/// <summary>Puts together what rows have to fulfil. Values only ever go in as parameters.</summary>
internal sealed class SqlConditions
{
    private readonly List<string> _conditions = [];
    private readonly List<(string Name, object? Value)> _parameters = [];

    public string Where => _conditions.Count == 0 ? "" : "WHERE " + string.Join(" AND ", _conditions);

    public (string Name, object? Value)[] Parameters => [.. _parameters];

    /// <summary>Only what lies in the asker's reach; nothing for whoever reaches nothing.</summary>
    /// <param name="userColumn">Null where rows belong to sites only.</param>
    public void InReach(AccessScope scope, string siteColumn, string? userColumn)
    {
        if (scope.Everything)
            return;
        var own = new List<string>();
        if (!scope.Sites.IsEmpty)
            own.Add($"{siteColumn} IN ({string.Join(", ", scope.Sites.Select(site => Parameter(site.Value)))})");
        if (!scope.Accounts.IsEmpty && userColumn is not null)
            own.Add($"{userColumn} IN ({string.Join(", ", scope.Accounts.Select(user => Parameter(user.Value)))})");
        _conditions.Add(own.Count == 0 ? "1 = 0" : $"({string.Join(" OR ", own)})");
    }

    public void Contains(string? text, params ReadOnlySpan<string> columns) => ContainsOr(text, null, columns);

    /// <param name="also">Another condition that will do, with <c>{0}</c> for the pattern in lower case.</param>
    public void ContainsOr(string? text, string? also, params ReadOnlySpan<string> columns)
    {
        if (string.IsNullOrWhiteSpace(text))
            return;
        var pattern = Parameter($"%{Escape(text.Trim().ToLowerInvariant())}%");
        var any = new List<string>();
        foreach (var column in columns)
            any.Add($"LOWER({column}) LIKE {pattern} ESCAPE '!'");
        if (also is not null)
            any.Add(also.Replace("{0}", $"{pattern} ESCAPE '!'", StringComparison.Ordinal));
        _conditions.Add($"({string.Join(" OR ", any)})");
    }

    public void StartsWith(string column, string? text)
    {
        if (!string.IsNullOrEmpty(text))
            _conditions.Add($"{column} LIKE {Parameter(Escape(text) + "%")} ESCAPE '!'");
    }

    public void Equal(string column, object? value)
    {
        if (value is not null)
            _conditions.Add($"{column} = {Parameter(value)}");
    }

    public void AtLeast(string column, object? value)
    {
        if (value is not null)
            _conditions.Add($"{column} >= {Parameter(value)}");
    }

    public void Below(string column, object? value)
    {
        if (value is not null)
            _conditions.Add($"{column} < {Parameter(value)}");
    }

    public void Also(string condition) => _conditions.Add(condition);

    private string Parameter(object value)
    {
        var name = $"@p{_parameters.Count}";
        _parameters.Add((name, value));
        return name;
    }

    private static string Escape(string text) =>
        text.Replace("!", "!!", StringComparison.Ordinal).Replace("%", "!%", StringComparison.Ordinal).Replace("_", "!_", StringComparison.Ordinal);
}
