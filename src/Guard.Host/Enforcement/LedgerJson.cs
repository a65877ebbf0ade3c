using System.Text.Json.Serialization;
using Guard.Host.Enforcement.LinuxAccount;
using Guard.Host.Enforcement.Locks;
using Guard.Host.Enforcement.Queues;
using Guard.Host.Enforcement.Sql;

namespace Guard.Host.Enforcement;

/// <summary>What ledgers of deeds hold in their files. Made when it is compiled: the native helper has no reflection.</summary>
[JsonSerializable(typeof(Dictionary<string, HeldMail>), TypeInfoPropertyName = "HeldMails")]
[JsonSerializable(typeof(Dictionary<string, StandingLock>), TypeInfoPropertyName = "StandingLocks")]
[JsonSerializable(typeof(Dictionary<string, LinuxAccountDeed>), TypeInfoPropertyName = "LinuxAccountDeeds")]
[JsonSerializable(typeof(Dictionary<string, SqlDeed>), TypeInfoPropertyName = "SqlDeeds")]
internal sealed partial class LedgerJson : JsonSerializerContext;
