using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.Web.Policies;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Xunit;

namespace Guard.Host.Tests.Console;

public sealed class PolicyDraftSpecs
{
    [Fact]
    public void What_is_not_set_here_shows_what_is_inherited()
    {
        var draft = Draft("{}");
        Assert.Equal("", draft.Text("reactions.suspend-for"));
        Assert.Equal("1h", draft.Inherited("reactions.suspend-for"));
        Assert.Equal(["GB", "IE"], draft.Words("places.usual-list"));
        Assert.Equal(new QuotaDraft("1d", "recipients", "500", "any", false, "user"), Assert.Single(draft.Quotas));
        Assert.False(draft.IsChanged);
    }

    [Fact]
    public void A_value_that_is_set_and_taken_back_leaves_nothing()
    {
        var draft = Draft("{}");
        draft.SetText("reactions.on-anomaly.reported", "12");
        Assert.Equal("""{"reactions":{"on-anomaly":{"reported":"12"}}}""", draft.Own.ToJsonString());
        Assert.True(draft.IsChanged);
        draft.SetText("reactions.on-anomaly.reported", " ");
        Assert.Equal("{}", draft.Own.ToJsonString());
        Assert.False(draft.IsChanged);
    }

    [Fact]
    public void Lists_replace_what_is_inherited_and_an_empty_one_is_a_list_too()
    {
        var draft = Draft("{}");
        draft.SetWords("services.imap.allow", ["JP"]);
        draft.SetWords("places.usual-list", []);
        Assert.Equal(["JP"], draft.Words("services.imap.allow"));
        Assert.Empty(draft.Words("places.usual-list"));
        draft.SetWords("places.usual-list", null);
        Assert.Equal(["GB", "IE"], draft.Words("places.usual-list"));
    }

    [Fact]
    public void Quotas_are_written_as_the_file_has_them()
    {
        var draft = Draft("{}");
        draft.SetQuotas([new QuotaDraft("1h", "mails", "20", "suspicious", true, "site"), new QuotaDraft("1d", "logins", "many", "any", false, "user")]);
        Assert.Equal(
            """[{"per":"1h","mails":20,"when":"suspicious","alarm":"on","of":"site"},{"per":"1d","logins":"many"}]""",
            draft.Own["quotas"]!.ToJsonString()
        );
        Assert.Equal(2, draft.Quotas.Length);
        Assert.True(draft.Quotas[0].Alarm);
    }

    [Fact]
    public void The_text_is_the_same_draft()
    {
        var draft = Draft("{}");
        Assert.Null(draft.TakeJson("""{ "mode": "enforce" }"""));
        Assert.Equal("enforce", draft.Text("mode"));
        Assert.NotNull(draft.TakeJson("{ mode"));
        Assert.NotNull(draft.TakeJson("[]"));
        Assert.Equal("enforce", draft.Text("mode"));
    }

    [Fact]
    public void What_the_form_holds_is_never_changed_by_a_draft()
    {
        var draft = Draft("""{"mode":"observe"}""");
        draft.SetText("mode", "enforce");
        Assert.Equal("observe", (string?)draft.Form.Own["mode"]);
    }

    private static PolicyDraft Draft(string own) =>
        new(new PolicyForm(PolicySubject.Of(new SiteId("example.net")), 3, (JsonObject)JsonNode.Parse(own)!, Fields, GuardPolicy.Default, ""));

    private static ImmutableArray<PolicyField> Fields =>
        [
            new("reactions.suspend-for", "1h", PolicyLayer.BuiltIn, "", "1h", PolicyLayer.BuiltIn),
            new("places.usual-list", new JsonArray("GB", "IE"), PolicyLayer.FileDefault, "guard.conf:3", new JsonArray("GB", "IE"), PolicyLayer.FileDefault),
            new(
                "quotas",
                JsonNode.Parse("""[{"per":"1d","recipients":500}]"""),
                PolicyLayer.BuiltIn,
                "",
                JsonNode.Parse("""[{"per":"1d","recipients":500}]"""),
                PolicyLayer.BuiltIn
            ),
        ];
}
