using System.Collections.Immutable;
using System.Globalization;
using System.Security.Claims;
using Bunit;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.Web.People;
using Guard.Host.Web.Texts;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;

namespace Guard.Host.Tests.Console;

/// <summary>Draws pages and parts of them for somebody with certain rights, over services that tests give.</summary>
internal sealed class Pages : BunitContext
{
    public Pages(AccessScope scope, string language = "en")
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = Languages.Find(language);
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices();
        Services.AddSingleton<IAccessScopes>(new Fixed(scope));
        Services.AddScoped<CurrentPerson>();
        Services.AddSingleton<IPlannedExceptions>(Planned);
        AddAuthorization().SetAuthorized(scope.Who);
    }

    /// <summary>What was announced.</summary>
    public RememberingPlanned Planned { get; } = new();

    public static Incident Incident(string user, params ImmutableArray<ExplainedReason> reasons) =>
        new(
            7,
            new UserId(user),
            new SiteId("example.com"),
            Rung.Suspended,
            new DateTimeOffset(2026, 3, 1, 9, 0, 0, TimeSpan.Zero),
            new DateTimeOffset(2026, 3, 1, 10, 0, 0, TimeSpan.Zero),
            null,
            "",
            42,
            "203.0.113.9",
            "RO",
            GuardMode.Enforce,
            reasons,
            []
        );

    private sealed class Fixed(AccessScope scope) : IAccessScopes
    {
        public ValueTask<AccessScope> OfAsync(ClaimsPrincipal principal, string from, CancellationToken cancel) => ValueTask.FromResult(scope);
    }
}

/// <summary>Remembers what was done to accounts and networks.</summary>
internal sealed class RememberingActs : IAccountActs, IBlocksAndLocks
{
    public List<string> Done { get; } = [];

    public Task<IReadOnlyList<string>> PreviewAsync(AccessScope scope, UserId user, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<string>>([$"ends: the lock of {user}"]);

    public Task<string> ReleaseAsync(AccessScope scope, UserId user, string why, CancellationToken cancel) => Note($"release {user}");

    public Task<string> AbsolveAsync(AccessScope scope, UserId user, string why, CancellationToken cancel) => Note($"absolve {user}");

    public Task<string> ConfirmAsync(AccessScope scope, UserId user, string why, CancellationToken cancel) => Note($"confirm {user}");

    public Task<string> LockAsync(AccessScope scope, UserId user, DateTimeOffset? until, LockGrade? grade, string why, CancellationToken cancel) =>
        Note($"lock {user} {grade}".TrimEnd());

    public Task<Page<BlockRow>> BlocksAsync(AccessScope scope, BlockQuery query, CancellationToken cancel) => Task.FromResult(new Page<BlockRow>([], 0, 0));

    public Task<Page<LockRow>> LocksAsync(AccessScope scope, BlockQuery query, CancellationToken cancel) => Task.FromResult(new Page<LockRow>([], 0, 0));

    public async Task<ImmutableArray<string>> BlockAsync(AccessScope scope, string network, TimeSpan hold, string why, CancellationToken cancel) =>
        [await Note($"block {network}")];

    public Task<ImmutableArray<ExemptRow>> ExemptAsync(AccessScope scope, CancellationToken cancel) => Task.FromResult<ImmutableArray<ExemptRow>>([]);

    public Task<ImmutableArray<string>> AddExemptAsync(AccessScope scope, string list, TimeSpan? hold, string why, CancellationToken cancel) =>
        throw new NotSupportedException();

    public Task<ImmutableArray<string>> RemoveExemptAsync(AccessScope scope, string network, string why, CancellationToken cancel) =>
        throw new NotSupportedException();

    public async Task<ImmutableArray<string>> LiftAsync(AccessScope scope, string network, string why, CancellationToken cancel) =>
        [await Note($"lift {network}")];

    private Task<string> Note(string done)
    {
        Done.Add(done);
        return Task.FromResult(done);
    }
}

/// <summary>Remembers what was announced.</summary>
internal sealed class RememberingPlanned : IPlannedExceptions
{
    public List<PlannedDraft> Added { get; } = [];

    public Task<ImmutableArray<PlannedRow>> ListAsync(AccessScope scope, string name, CancellationToken cancel) =>
        Task.FromResult<ImmutableArray<PlannedRow>>([]);

    public Task<string> AddAsync(AccessScope scope, string name, PlannedDraft draft, CancellationToken cancel)
    {
        Added.Add(draft);
        return Task.FromResult("planned as exception 1");
    }

    public Task<string> RemoveAsync(AccessScope scope, string name, long number, string why, CancellationToken cancel) => throw new NotSupportedException();
}
