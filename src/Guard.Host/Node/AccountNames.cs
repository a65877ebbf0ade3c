using System.Data.Common;
using System.Text;
using Guard.Host.Configuration;
using Guard.Host.Intake.Logs;
using Guard.Host.Intake.Routing;
using Guard.Messages.Identity;
using Guard.Messages.Policies;

namespace Guard.Host.Node;

/// <summary>Accounts as people name them: resolved as a login of that name would be, with what they may have meant when there is none.</summary>
/// <param name="isListed">Whether map or policy name it, though it never did anything.</param>
public sealed class AccountNames(UserNameRules rules, Func<UserId, bool> isListed, PersistenceSettings persistence)
{
    private const int MaxSuggested = 3;

    /// <summary>A name that is no account's is taken as it stands.</summary>
    public UserId Resolve(string name) => rules.Map(Encoding.UTF8.GetBytes(name.Trim()), system: false) ?? new UserId(name.Trim().ToLowerInvariant());

    /// <summary>Whether the name is another account's by the virtual map.</summary>
    public bool IsAlias(string name) => rules.IsAlias(name.Trim());

    public bool IsListed(UserId user) => isListed(user);

    /// <summary>Known accounts of a similar name, the most similar first.</summary>
    public async Task<IReadOnlyList<UserId>> SuggestAsync(UserId wanted)
    {
        var similar = new HashSet<(int Distance, string Name)>();
        try
        {
            await new StoredAccounts(persistence)
                .ReadAsync(user =>
                {
                    var distance = Difference(wanted, user);
                    if (distance <= Tolerated(wanted))
                        similar.Add((distance, user.Value));
                })
                .ConfigureAwait(false);
        }
        catch (DbException)
        {
            // Without the journal there is nothing to suggest.
        }
        return [.. similar.OrderBy(one => one.Distance).ThenBy(one => one.Name, StringComparer.Ordinal).Take(MaxSuggested).Select(one => new UserId(one.Name))];
    }

    /// <summary>Every site of which an account is known.</summary>
    public async Task<IReadOnlySet<SiteId>> SitesAsync(PolicyBook book)
    {
        var sites = new HashSet<SiteId>();
        try
        {
            await new StoredAccounts(persistence).ReadAsync(user => sites.Add(book.SiteOf(user))).ConfigureAwait(false);
        }
        catch (DbException)
        {
            // As above.
        }
        return sites;
    }

    /// <summary>One slip in short names, two in longer ones.</summary>
    private static int Tolerated(UserId wanted) => Local(wanted).Length < 5 ? 1 : 2;

    /// <summary>The same name at another domain is one step away.</summary>
    private static int Difference(UserId wanted, UserId known) =>
        Local(wanted) == Local(known) ? 1
        : wanted.Domain == known.Domain ? Distance(Local(wanted), Local(known))
        : Distance(wanted.Value, known.Value);

    private static string Local(UserId user) => user.Value.Split('@')[0];

    /// <summary>How many letters have to be changed, left out, added or swapped with their neighbour (optimal string alignment).</summary>
    internal static int Distance(string one, string other)
    {
        if (Math.Abs(one.Length - other.Length) > 2)
            return int.MaxValue;
        var rows = new int[one.Length + 1, other.Length + 1];
        for (var i = 0; i <= one.Length; i++)
            rows[i, 0] = i;
        for (var j = 0; j <= other.Length; j++)
            rows[0, j] = j;
        for (var i = 1; i <= one.Length; i++)
        {
            for (var j = 1; j <= other.Length; j++)
            {
                var cost = one[i - 1] == other[j - 1] ? 0 : 1;
                rows[i, j] = Math.Min(Math.Min(rows[i - 1, j] + 1, rows[i, j - 1] + 1), rows[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
            }
        }
        return rows[one.Length, other.Length];
    }
}
