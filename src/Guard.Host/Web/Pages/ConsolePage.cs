using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.Node;
using Guard.Host.Web.People;
using Guard.Host.Web.Texts;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Guard.Host.Web.Pages;

/// <summary>What every page does alike: asks for what its viewer may do at each act, and tells problems where they can be read.</summary>
public abstract class ConsolePage : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _left = new();

    protected ConsolePage() => Left = _left.Token;

    /// <summary>Cancelled when the page is left.</summary>
    protected CancellationToken Left { get; }

    /// <summary>Why what was asked for cannot be shown; empty when it can.</summary>
    protected string Problem { get; private set; } = "";

    /// <summary>What the viewer may do, as of the last act.</summary>
    protected AccessScope Scope { get; private set; } = AccessScope.Nobody;

    [Inject]
    private CurrentPerson Person { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    /// <summary>Does what needs the viewer's rights. False when it was not done; the problem is told then.</summary>
    protected async Task<bool> TryAsync(Func<AccessScope, Task> act)
    {
        try
        {
            Scope = await Person.ScopeAsync(Left);
            await act(Scope);
            Problem = "";
            return true;
        }
        catch (OperationCanceledException) when (Left.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception problem) when (problem is ServiceException or InspectionException or TimeoutException)
        {
            Problem = problem switch
            {
                NotThereException => Wording.Say("problem.not-there"),
                AccessDeniedException => Wording.Say("problem.denied"),
                ChangedMeanwhileException => Wording.Say("problem.changed"),
                UnavailableException or InspectionException or TimeoutException => Wording.Say("problem.unavailable"),
                _ => Phrases.Of(problem.Message),
            };
            return false;
        }
    }

    /// <summary>
    /// The same for an act by a button: what came of it is told in passing, also when the button is gone by then: a card goes as soon as its incident does.
    /// </summary>
    /// <param name="clear">Empties what was typed for it, once it is done. That is shown before anything is told: a field that is emptied later takes away
    /// what somebody types next.</param>
    protected async Task<bool> ActAsync(Func<AccessScope, Task<string>> act, Action? clear = null)
    {
        var said = "";
        var done = await TryAsync(async scope => said = await act(scope));
        if (done && clear is not null)
        {
            clear();
            StateHasChanged();
        }
        var (text, severity) = done ? (said, Severity.Success) : (Problem, Severity.Error);
        Problem = "";
        if (text.Length > 0)
            Snackbar.Add(string.Join('\n', text.Split('\n').Select(Phrases.Each)), severity);
        return done;
    }

    /// <summary>Looks again and again for as long as the page is open, and shows what is new.</summary>
    protected async Task FollowAsync(TimeSpan every, Func<Task> look)
    {
        using var timer = new PeriodicTimer(every);
        try
        {
            while (await timer.WaitForNextTickAsync(Left))
                await InvokeAsync(async () =>
                {
                    await look();
                    StateHasChanged();
                });
        }
        catch (OperationCanceledException) { }
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        _left.Cancel();
        _left.Dispose();
    }
}
