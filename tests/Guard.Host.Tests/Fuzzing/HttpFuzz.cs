using System.Collections.Frozen;
using System.IO.Compression;
using System.Text;
using CsCheck;
using Guard.Host.Intake.DovecotAuthPolicy;
using Guard.Host.Intake.Http;
using Guard.Host.Intake.Logs;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Guard.Messages.Policies;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Guard.Host.Tests.Fuzzing;

/// <summary>Whatever comes over HTTP is taken or refused with a reason: no crash, no hang, nothing beyond the limits.</summary>
public sealed class HttpFuzz
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 10, 0, 0, TimeSpan.Zero);
    private static readonly HttpIntakeSettings Settings = new() { MostLines = 20, LongestLine = 1000, LongestBody = 8000 };
    private static readonly ApiToken Token = new("panel", [.. ApiTokens.HashOf("ag_x")], ApiScope.Observe, FrozenSet<SiteId>.Empty);
    private static readonly PolicyBook Policies = PolicyBook.Of(GuardPolicy.Default);

    private static ObservationContext Context()
    {
        var names = new UserNameRules("example.com");
        return new ObservationContext(name =>
        {
            // Not for several threads, and these are.
            lock (names)
                return names.Map(Encoding.UTF8.GetBytes(name), system: false);
        }, address => new Place(address, AddressKind.Public, ""), Now);
    }

    [Fact]
    public void Batches_of_observations()
    {
        var context = Context();
        var (taken, told) = (0L, 0L);
        Mutation.Of(Mutation.Seeds("observations.txt")).Array[1, 5].Sample(
            parts =>
            {
                var bytes = parts.SelectMany(part => (byte[])[.. part, (byte)'\n']).ToArray();
                try
                {
                    var body = BatchBody.ReadAsync(new MemoryStream(bytes), "", Settings.LongestBody, CancellationToken.None).GetAwaiter().GetResult();
                    var batch = ObservationBatch.Read(body, "key", Token, Policies, context, Settings);
                    Assert.InRange(batch.Lines, 0, Settings.MostLines);
                    Interlocked.Add(ref taken, batch.Observations.Count);
                    Interlocked.Add(ref told, batch.Errors.Count);
                    foreach (var (id, observation) in batch.Observations)
                    {
                        Assert.NotEqual(0UL, id);
                        Assert.True(observation.At <= Now.AddMinutes(10) && observation.At.Year >= 2000);
                        Assert.Contains('@', observation.User.Value);
                        Assert.DoesNotContain(observation.User.Value, character => char.IsControl(character) || char.IsSurrogate(character));
                        Assert.True(observation is not Submission { Recipients: < 0 or > 1_000_000 });
                    }
                    // Each line that is no observation is told of once, with words.
                    Assert.Equal(batch.Errors.Count, batch.Errors.Select(error => error.Line).Distinct().Count());
                    Assert.All(batch.Errors, error => Assert.True(error.Error.Length > 0 && error.Field.Length <= 64));
                }
                catch (ApiRefusedException refused)
                {
                    Assert.Equal(StatusCodes.Status413PayloadTooLarge, refused.Status);
                }
            },
            iter: FuzzEffort.Inputs);
        // Inputs of both kinds came, or nothing was tried.
        Assert.True(taken > FuzzEffort.Inputs / 10 && told > FuzzEffort.Inputs / 10, $"{taken} taken, {told} refused");
    }

    [Fact]
    public void Packed_bodies()
    {
        var seeds = Mutation.Seeds("observations.txt").Select(seed =>
        {
            using var packed = new MemoryStream();
            using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
                gzip.Write(seed);
            return packed.ToArray();
        }).ToArray();
        Mutation.Of(seeds).Sample(
            bytes =>
            {
                try
                {
                    var body = BatchBody.ReadAsync(new MemoryStream(bytes), "gzip", Settings.LongestBody, CancellationToken.None).GetAwaiter().GetResult();
                    Assert.True(body.Lines().Sum(line => line.Line.Length) <= Settings.LongestBody);
                }
                catch (ApiRefusedException refused)
                {
                    Assert.True(refused.Status is StatusCodes.Status400BadRequest or StatusCodes.Status413PayloadTooLarge);
                }
            },
            iter: FuzzEffort.Inputs);
    }

    [Fact]
    public void Questions_for_a_decision()
    {
        var context = Context();
        Mutation.Of(Mutation.Seeds("decisions.txt")).Sample(
            bytes =>
            {
                try
                {
                    Assert.True(ObservationJson.Interpret(ObservationJson.ReadQuestion(bytes), context) is Login or Submission);
                }
                catch (FieldException wrong)
                {
                    Assert.NotEmpty(wrong.Message);
                }
            },
            iter: FuzzEffort.Inputs);
    }

    [Fact]
    public void Bodies_of_the_auth_policy_calls() => Mutation.Of(Mutation.Seeds("auth-policy.txt")).Sample(
        static bytes =>
        {
            foreach (var read in (Action[])
            [
                () => Assert.NotEmpty(AuthPolicyJson.ReadAttempt(bytes).Login), () => Assert.NotEmpty(AuthPolicyJson.ReadReport(bytes).Attempt.Login),
                () => Assert.NotEqual((default, ""), AuthPolicyJson.ReadSubject(bytes)), () => Assert.NotEmpty(AuthPolicyJson.ReadKey(bytes).ToString()),
                () => Assert.True(AuthPolicyJson.ReadEntry(bytes, Now).Expires > Now),
            ])
            {
                try
                {
                    read();
                }
                catch (AuthPolicyRequestException refused)
                {
                    Assert.NotEmpty(refused.Message);
                }
            }
        },
        iter: FuzzEffort.Inputs);

    [Fact]
    public void Headers_that_say_who_calls()
    {
        var tokens = new ApiTokens([Token]);
        var credentials = AuthPolicyCredentials.None.WithPassword("", "super");
        Mutation.Of(Mutation.Seeds("authorization.txt")).Sample(
            bytes =>
            {
                var text = Encoding.Latin1.GetString(bytes);
                var found = tokens.Find(text);
                Assert.Equal(found is not null, text.StartsWith("bearer ", StringComparison.OrdinalIgnoreCase) && text[7..].Trim() == "ag_x");
                var headers = new HeaderDictionary { ["Authorization"] = text };
                if (credentials.Accept(headers))
                    Assert.StartsWith("basic ", text, StringComparison.OrdinalIgnoreCase);
            },
            iter: FuzzEffort.Inputs);
    }
}
