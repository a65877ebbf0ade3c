using Xunit;

namespace Guard.EndToEnd.Tests.Cluster;

/// <summary>Three nodes and a database want the machine for themselves.</summary>
[CollectionDefinition(nameof(ThreeNodes), DisableParallelization = true)]
public sealed class ThreeNodesCollection;
