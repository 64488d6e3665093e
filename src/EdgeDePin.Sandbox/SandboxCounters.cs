using System.Text.Json.Nodes;
using EdgeDePin.Sandbox.Guests;

namespace EdgeDePin.Sandbox;

/// <summary>What guests did here since the start. Every task that had no result is counted under its reason.</summary>
public sealed class SandboxCounters
{
    private readonly long[] _failed = new long[Enum.GetValues<GuestFailure>().Length];
    private long _completed;
    private long _fuel;
    private long _started;
    private long _killed;

    public long Completed => Interlocked.Read(ref _completed);

    /// <summary>Fuel of all that ran, with a result or without.</summary>
    public long Fuel => Interlocked.Read(ref _fuel);

    /// <summary>Processes that were started.</summary>
    public long Started => Interlocked.Read(ref _started);

    /// <summary>Processes that were killed, or ended by themselves within a task.</summary>
    public long Killed => Interlocked.Read(ref _killed);

    public long Failed(GuestFailure why) => Interlocked.Read(ref _failed[(int)why]);

    /// <summary>Adds them to the counters of a node: <c>guestsCompleted</c>, <c>guestsFailed</c> by reason, and so on.</summary>
    public JsonObject AddTo(JsonObject counters)
    {
        ArgumentNullException.ThrowIfNull(counters);
        counters["guestsCompleted"] = Completed;
        counters["guestsFailed"] = new JsonObject(Enum.GetValues<GuestFailure>()
            .Select(why => KeyValuePair.Create(why.ToString(), (JsonNode?)Failed(why))));
        counters["guestFuel"] = Fuel;
        counters["guestProcesses"] = Started;
        counters["guestProcessesLost"] = Killed;
        return counters;
    }

    internal void CountStart() => Interlocked.Increment(ref _started);

    internal void CountKill() => Interlocked.Increment(ref _killed);

    internal void Count(GuestOutcome outcome)
    {
        Interlocked.Add(ref _fuel, outcome.Fuel);
        Interlocked.Increment(ref outcome is GuestOutcome.Failed failed ? ref _failed[(int)failed.Why] : ref _completed);
    }
}
