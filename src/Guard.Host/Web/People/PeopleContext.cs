using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Guard.Host.Web.People;

/// <summary>The console's people, their sessions, tokens and links. A database of its own (SQLite), or a schema of its own (PostgreSQL).</summary>
public sealed class PeopleContext(DbContextOptions<PeopleContext> options) : IdentityUserContext<Person>(options)
{
    public const string Schema = "people";

    public DbSet<PersonSession> Sessions => Set<PersonSession>();

    public DbSet<ApiToken> Tokens => Set<ApiToken>();

    public DbSet<OneTimeLink> Links => Set<OneTimeLink>();

    public DbSet<UsedCode> UsedCodes => Set<UsedCode>();

    public DbSet<ProtectionKey> ProtectionKeys => Set<ProtectionKey>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<Milliseconds>();

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        if (Database.IsNpgsql())
            builder.HasDefaultSchema(Schema);
        builder.Entity<PersonSession>().HasIndex(session => session.PersonId);
        builder.Entity<ApiToken>().HasIndex(token => token.Hash).IsUnique();
        builder.Entity<OneTimeLink>().HasKey(link => link.Hash);
    }

    /// <summary>Neither database compares times with zones alike; both compare numbers.</summary>
    private sealed class Milliseconds()
        : ValueConverter<DateTimeOffset, long>(at => at.ToUnixTimeMilliseconds(), number => DateTimeOffset.FromUnixTimeMilliseconds(number));
}
