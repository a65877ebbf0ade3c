using System.Collections.Immutable;
using System.Globalization;
using Guard.Host.Web.Texts;

namespace Guard.Host.Web.Policies;

/// <summary>"My users are in …": where an account is at home, and what becomes of logins from elsewhere.</summary>
/// <param name="Places">As policies write them.</param>
/// <param name="Service">As policies write it; <c>*</c> for every service without a list of its own.</param>
/// <param name="Refuses">Whether logins from elsewhere are refused; else they only weigh more.</param>
public sealed record CountryTemplate(ImmutableArray<string> Places, string Service, bool Refuses)
{
    /// <summary>With the places that are usual already.</summary>
    public static CountryTemplate Of(PolicyDraft draft) => new(draft.Words("places.usual-list"), "*", true);

    public bool IsWhole => !Places.IsEmpty;

    public void ApplyTo(PolicyDraft draft)
    {
        draft.SetWords("places.usual-list", Places);
        // A place cannot be both: what is named here is at home.
        if (draft.Words("places.suspicious-list") is var suspicious && suspicious.Any(Places.Contains))
            draft.SetWords("places.suspicious-list", suspicious.RemoveAll(Places.Contains));
        if (Refuses)
            draft.SetWords($"services.{Service}.allow", Places);
        else
            draft.SetText("places.others", "suspicious");
    }

    public string Sentence() =>
        !IsWhole ? Wording.Say("template.no-places")
        : Refuses ? Wording.Say("template.country-refuses", ServiceName, Wording.Or(Places.Select(PlaceChoice.NameOf)))
        : Wording.Say("template.country-weighs", Wording.And(Places.Select(PlaceChoice.NameOf)));

    private string ServiceName => Service == "*" ? Wording.Say("template.any-service") : Service.ToUpperInvariant();
}

/// <summary>"500 at home, 50 elsewhere": how many recipients a day an account may write to, and how many of them from places that are not its usual ones.</summary>
public sealed record HomeTemplate(string AtHome, string Elsewhere, ImmutableArray<string> Home)
{
    private const string Day = "1d";
    private const string Unit = "recipients";

    public static HomeTemplate Of(PolicyDraft draft) => new("500", "50", draft.Words("places.usual-list"));

    public bool IsWhole => !Home.IsEmpty && IsAmount(AtHome) && IsAmount(Elsewhere);

    public void ApplyTo(PolicyDraft draft)
    {
        if (!draft.Words("places.usual-list").SequenceEqual(Home))
            draft.SetWords("places.usual-list", Home);
        // Where everything else is usual, nothing would be elsewhere.
        if (Others(draft) == "usual")
            draft.SetText("places.others", "neutral");
        // One count for all that is not home: several countries do not add up to more.
        var elsewhere = new QuotaDraft(Day, Unit, Elsewhere.Trim(), "elsewhere", true, "user");
        draft.SetQuotas([new QuotaDraft(Day, Unit, AtHome.Trim(), "any", false, "user"), elsewhere, .. draft.Quotas.Where(quota => !IsReplaced(quota))]);
    }

    public string Sentence() =>
        Home.IsEmpty ? Wording.Say("template.no-places")
        : !IsWhole ? Wording.Say("template.no-amount")
        : Wording.Say("template.home-limits", Shown(AtHome), Shown(Elsewhere), Wording.And(Home.Select(PlaceChoice.NameOf)));

    private static string Others(PolicyDraft draft) => draft.Text("places.others") is { Length: > 0 } own ? own : draft.Inherited("places.others");

    private static bool IsReplaced(QuotaDraft quota) => quota is { Per: Day or "24h", Unit: Unit, Of: "user" };

    private static bool IsAmount(string text) => int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private static string Shown(string amount) => Wording.Number(int.Parse(amount.Trim(), CultureInfo.InvariantCulture));
}
