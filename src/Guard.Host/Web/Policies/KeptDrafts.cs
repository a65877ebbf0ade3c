using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.Web.People;
using Microsoft.JSInterop;

namespace Guard.Host.Web.Policies;

/// <summary>A draft that was left unsaved.</summary>
/// <param name="Version">The version of the policy that it was made from.</param>
/// <param name="Own">As in <see cref="PolicyForm.Own"/>; judged like anything that is typed.</param>
public sealed record KeptDraft(long Version, JsonObject Own);

/// <summary>Keeps unsaved changes of policies in the browser, by person: they outlast leaving the page and a restart of the guard, and end with signing out.</summary>
internal sealed class KeptDrafts(IJSRuntime script, CurrentPerson person)
{
    /// <summary>Bytes; what is longer is not kept: an answer of the browser has a limit.</summary>
    private const int MaxBytes = 20_000;

    public async Task<KeptDraft?> FindAsync(PolicySubject subject)
    {
        try
        {
            var text = await script.InvokeAsync<string?>("accountGuard.draft", await KeyAsync(subject));
            return
                text is { Length: > 0 and <= MaxBytes }
                && JsonNode.Parse(text) is JsonObject kept
                && kept["own"] is JsonObject own
                && kept["version"] is JsonValue number
                && number.TryGetValue<long>(out var version)
                ? new KeptDraft(version, (JsonObject)own.DeepClone())
                : null;
        }
        catch (Exception unreadable) when (unreadable is JsonException or JSException)
        {
            return null;
        }
    }

    /// <summary>Keeps it while it differs from what is saved.</summary>
    public async Task KeepAsync(PolicySubject subject, PolicyDraft draft)
    {
        var text = draft.IsChanged ? new JsonObject { ["version"] = draft.Form.Version, ["own"] = draft.Own.DeepClone() }.ToJsonString() : null;
        if (text is not null && Encoding.UTF8.GetByteCount(text) > MaxBytes)
            return;
        await script.InvokeVoidAsync("accountGuard.keepDraft", await KeyAsync(subject), text);
    }

    public async Task ForgetAsync(PolicySubject subject) => await script.InvokeVoidAsync("accountGuard.keepDraft", await KeyAsync(subject), null);

    private async Task<string> KeyAsync(PolicySubject subject) => $"draft:{await person.IdAsync()}:{subject}";
}
