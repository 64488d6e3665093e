using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace EdgeDePin.Execution;

/// <summary>Every kind of task that this node can run. It does not change after it was built.</summary>
public sealed class TaskCatalog
{
    private readonly FrozenDictionary<TaskKind, TaskDefinition> _definitions;

    /// <exception cref="ArgumentException">Two definitions of the same kind; the message names the kinds.</exception>
    public TaskCatalog(params IEnumerable<TaskDefinition> definitions)
    {
        TaskDefinition[] all = [.. definitions];
        string[] duplicates =
            [.. all.GroupBy(task => task.Kind).Where(kind => kind.Count() > 1).Select(kind => kind.Key.ToString()).Order(StringComparer.Ordinal)];
        if (duplicates.Length > 0)
        {
            throw new ArgumentException($"Defined more than once: {string.Join(", ", duplicates)}. A changed function is a new version.");
        }

        _definitions = all.ToFrozenDictionary(task => task.Kind);
    }

    public IEnumerable<TaskDefinition> All => _definitions.Values;

    public bool TryGet(TaskKind kind, [NotNullWhen(true)] out TaskDefinition? definition) => _definitions.TryGetValue(kind, out definition);

    /// <exception cref="ArgumentException">This node has no such kind; the message lists those it has.</exception>
    public TaskDefinition Get(TaskKind kind) =>
        TryGet(kind, out TaskDefinition? definition)
            ? definition
            : throw new ArgumentException($"Unknown task kind {kind}. Known: {string.Join(", ", _definitions.Keys.Select(known => known.ToString()).Order(StringComparer.Ordinal))}.");
}
