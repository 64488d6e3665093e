using EdgeDePin.Model;
using EdgeDePin.Sandbox.Guests;

namespace EdgeDePin.Cli.TaskCommands;

/// <summary>How far a job is, on one line of a terminal.</summary>
internal sealed class TaskProgress
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Digest, double> _shares = [];
    private readonly bool _quiet;
    private readonly int _tasks;

    public TaskProgress(IReadOnlyList<GuestCall> calls, bool quiet)
    {
        (_quiet, _tasks) = (quiet, calls.Count);
        foreach (GuestCall call in calls)
        {
            _shares[Digest.Of(call.Input)] = 0;
        }
    }

    public void Tell(Digest input, int done, int of)
    {
        if (_quiet || of <= 0)
        {
            return;
        }

        lock (_gate)
        {
            _shares[input] = Math.Clamp((double)done / of, 0, 1);
            Console.Error.Write($"\r{_shares.Values.Average():P0} of {_tasks} task{(_tasks == 1 ? "" : "s")} ");
        }
    }

    public void End()
    {
        if (!_quiet)
        {
            Console.Error.Write("\r\u001b[K");
        }
    }
}
