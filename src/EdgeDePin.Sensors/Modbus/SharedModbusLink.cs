using EdgeDePin.Model;

namespace EdgeDePin.Sensors.Modbus;

/// <summary>
/// One line with many units: questions take turns, in the order in which they came. A unit that has answered before is asked once more where
/// nothing, or nothing whole, came back; one that never did costs the others no second wait.
/// </summary>
internal sealed class SharedModbusLink(IModbusLink link) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly HashSet<byte> _alive = [];
    private int _users = 1;

    /// <summary>False if the last user has left, and the line is closed.</summary>
    public bool TryJoin()
    {
        for (int users = _users; users > 0; users = _users)
        {
            if (Interlocked.CompareExchange(ref _users, users + 1, users) == users)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What was written is not written once more: the unit may have done it, and only its answer was lost.</summary>
    public async ValueTask<Answer<ushort[]>> AskAsync(ModbusRequest asked, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            Answer<ushort[]> answer = await link.AskAsync(asked, cancellationToken);
            if (answer.Fault is { Kind: FaultKind.Timeout or FaultKind.Corrupted } && !asked.IsWrite && _alive.Contains(asked.Unit))
            {
                answer = await link.AskAsync(asked, cancellationToken);
            }

            // A refusal is an answer.
            _ = answer.Fault is null or { Kind: FaultKind.Refused } ? _alive.Add(asked.Unit) : _alive.Remove(asked.Unit);
            return answer;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Leave()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            Dispose();
        }
    }

    public void Dispose()
    {
        link.Dispose();
        _turn.Dispose();
    }
}
