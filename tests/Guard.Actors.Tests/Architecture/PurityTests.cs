using NetArchTest.Rules;
using Xunit;

namespace Guard.Actors.Tests.Architecture;

public sealed class PurityTests
{
    private static readonly string[] Impure =
    [
        "Akka",
        "System.IO",
        "System.Net.Sockets",
        "Microsoft.Data",
        "System.Threading.Tasks",
        "System.Diagnostics.Process",
    ];

    [Theory]
    [InlineData("Guard.Actors.Behaviour")]
    [InlineData("Guard.Actors.Policies")]
    [InlineData("Guard.Actors.Reactions")]
    [InlineData("Guard.Actors.Enforcement.Blocking")]
    [InlineData("Guard.Actors.Enforcement.Reporting")]
    public void The_pure_folders_know_no_akka_and_no_io(string space)
    {
        var types = Types.InAssembly(typeof(Guard.Actors.Users.UserDecider).Assembly).That().ResideInNamespaceStartingWith(space);
        Assert.NotEmpty(types.GetTypes());
        var result = types.ShouldNot().HaveDependencyOnAny(Impure).GetResult();
        Assert.True(result.IsSuccessful, string.Join(", ", result.FailingTypeNames ?? []));
    }

    [Fact]
    public void Deciders_states_and_evolutions_know_no_akka()
    {
        var types = Types
            .InAssembly(typeof(Guard.Actors.Users.UserDecider).Assembly)
            .That()
            .HaveNameMatching("^(User|Site)(Decider|State|Evolution|Administration|Description|Terms|Verdict)$");
        Assert.True(types.GetTypes().Count() >= 8);
        var result = types.ShouldNot().HaveDependencyOnAny(Impure).GetResult();
        Assert.True(result.IsSuccessful, string.Join(", ", result.FailingTypeNames ?? []));
    }

    [Fact]
    public void Contracts_know_no_akka()
    {
        var result = Types.InAssembly(typeof(Guard.Messages.IGuardMessage).Assembly).ShouldNot().HaveDependencyOn("Akka").GetResult();
        Assert.True(result.IsSuccessful);
    }
}
