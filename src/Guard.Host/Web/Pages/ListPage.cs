using Microsoft.AspNetCore.Components;

namespace Guard.Host.Web.Pages;

/// <summary>
/// A list whose filters, order and page stand in the address: a way back leads to it, and it can be passed on. It follows by itself; rows keep their keys, so
/// that nobody loses their place.
/// </summary>
public abstract class ListPage : ConsolePage
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(10);

    /// <summary>What was typed and is on its way into the address: it must not overwrite what was typed since.</summary>
    private readonly Queue<string> _typed = new();

    private bool _following;

    [Inject]
    protected NavigationManager Navigation { get; set; } = default!;

    /// <summary>What stands in the field for searching.</summary>
    protected string Typed { get; set; } = "";

    /// <summary>Asks for what the address says.</summary>
    protected abstract Task LoadAsync();

    /// <summary>Writes into the address what is searched for, without a step of the way back for each letter.</summary>
    protected void Type()
    {
        _typed.Enqueue(Typed);
        Go(("search", Typed.Trim()), ("page", null), replace: true);
    }

    /// <param name="search">What the address says.</param>
    protected void TakeSearch(string? search)
    {
        var given = search ?? "";
        if (_typed.Any(typed => typed.Trim() == given))
        {
            while (_typed.Dequeue().Trim() != given) { }
            return;
        }
        Typed = given;
    }

    /// <summary>Goes where these differ; what is null or empty is left out of the address.</summary>
    protected void Go((string Name, object? Value) one, (string Name, object? Value) other, bool replace = false) => Go([one, other], replace);

    protected void Go(IEnumerable<(string Name, object? Value)> values, bool replace = false) =>
        Navigation.NavigateTo(
            Navigation.GetUriWithQueryParameters(values.ToDictionary(value => value.Name, value => value.Value is string { Length: 0 } ? null : value.Value)),
            replace: replace
        );

    /// <summary>A filter changes, and its list begins anew.</summary>
    protected void Turn(string filter, ChangeEventArgs change, string usual = "")
    {
        var value = change.Value?.ToString() ?? "";
        Go((filter, value == usual ? null : value), ("page", null));
    }

    /// <param name="page">1 for the first.</param>
    protected static int OffsetOf(int? page, int size) => (Math.Clamp(page ?? 1, 1, int.MaxValue / size) - 1) * size;

    protected void TurnPage(string name, int offset, int size) => Go([(name, offset == 0 ? null : offset / size + 1)]);

    protected override void OnAfterRender(bool firstRender)
    {
        if (_following)
            return;
        _following = true;
        _ = FollowAsync(LookAgain, LoadAsync);
    }
}
