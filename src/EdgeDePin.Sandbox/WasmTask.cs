using EdgeDePin.Execution;
using EdgeDePin.Model;
using EdgeDePin.Sandbox.Guests;

namespace EdgeDePin.Sandbox;

/// <summary>
/// <c>wasm@1</c>: own input a packed <see cref="GuestCall"/>, one dependency the module, output a packed
/// <see cref="GuestOutcome.Completed"/>. A packed task holds everything that it needs, so whoever has it can run it, and its digest names
/// module, call and input together.
/// </summary>
public static class WasmTask
{
    public static TaskKind Kind { get; } = new("wasm", GuestAbi.Version);

    /// <summary><c>module@1</c>: its own input is its output. It hands one copy of a module to every task of a graph.</summary>
    public static TaskKind ModuleKind { get; } = new("module", 1);

    /// <param name="news">Hears of tasks while they run.</param>
    public static IEnumerable<TaskDefinition> Definitions(GuestProcesses guests, GuestNews? news = null) =>
    [
        new TaskDefinition(Kind, (input, token) => Run(guests, input, news, token), Lendable: true,
            output => GuestOutcome.Completed.Unpack(output).Fuel),
        new TaskDefinition(ModuleKind, static (input, _) => input.Own, Lendable: false),
    ];

    /// <summary>How a module is named in graphs and records.</summary>
    public static string NameOf(Digest module) => $"wasm:{module}";

    /// <summary>One job: the same module on many inputs, in parallel.</summary>
    /// <param name="calls">At least one; each is a task named <c>wasm:DIGEST#N</c>, from 0.</param>
    /// <exception cref="FormatException">A call is outside its ranges.</exception>
    public static TaskGraph Graph(byte[] module, IReadOnlyList<GuestCall> calls, int priority = 0)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(calls);
        string name = NameOf(Digest.Of(module));
        return TaskGraph.Build(
            [
                new TaskSpec("module", ModuleKind, module, [], priority),
                .. calls.Select((call, number) => new TaskSpec($"{name}#{number}", Kind, call.Checked().Pack(), ["module"], priority)),
            ],
            name);
    }

    private static byte[] Run(GuestProcesses guests, TaskInput input, GuestNews? news, CancellationToken cancellationToken)
    {
        if (input.Dependencies.Count != 1)
        {
            throw new FormatException($"{Kind} takes one dependency, its module; it has {input.Dependencies.Count}.");
        }

        GuestCall call = GuestCall.Unpack(input.Own);
        Digest named = news is null ? default : Digest.Of(call.Input);
        var task = new GuestTask(input.Dependencies[0], call)
        {
            Progress = news is null ? null : (done, of) => news.Progress(named, done, of),
            Checkpoint = news is null ? null : state => news.Checkpoint(named, state),
            ShouldYield = () => input.ShouldYield,
            Yield = input.Yield,
        };
        return guests.Run(task, cancellationToken) switch
        {
            GuestOutcome.Completed completed => completed.Pack(),
            GuestOutcome.Failed failed => throw new GuestFailedException(failed.Why, failed.Message, failed.Fuel),
            GuestOutcome other => throw new InvalidOperationException($"Unknown outcome {other}."),
        };
    }
}
