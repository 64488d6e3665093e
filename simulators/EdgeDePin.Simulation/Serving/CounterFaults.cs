using EdgeDePin.Model;
using EdgeDePin.Simulation.Scenarios;

namespace EdgeDePin.Simulation.Serving;

/// <summary>What planned wraps and resets make of the counters of one sensor, for good.</summary>
public sealed class CounterFaults
{
    private readonly DateTimeOffset _wrapsAt = DateTimeOffset.MaxValue;
    private readonly double _end;
    private readonly DateTimeOffset[] _resets;
    private readonly Dictionary<Quantity, (double Base, double[] Resets)> _counters = [];

    /// <param name="faults">Of the sensor; the first wrap counts.</param>
    public CounterFaults(IEnumerable<Quantity> quantities, SiteEnvironment environment, DateTimeOffset start, IReadOnlyCollection<PlannedFault> faults)
    {
        PlannedFault? wrap = faults.Where(fault => fault.Kind == PlannedFaultKind.CounterWrap).MinBy(fault => fault.AtSeconds);
        if (wrap is not null)
        {
            (_wrapsAt, _end) = (start.AddSeconds(wrap.AtSeconds), wrap.WrapsAt);
        }

        _resets = [.. faults.Where(fault => fault.Kind == PlannedFaultKind.CounterReset).Select(fault => start.AddSeconds(fault.AtSeconds)).Order()];
        if (wrap is null && _resets.Length == 0)
        {
            return;
        }

        foreach (Quantity quantity in quantities.Where(quantity => quantity.IsCounter))
        {
            // Counters of a scenario only go on: what they will show is asked of another of the same seed.
            double At(DateTimeOffset instant) => environment.Afresh().At(quantity, instant) ?? 0;
            double from = wrap is null ? 0 : _end - At(_wrapsAt);
            _counters[quantity] = (from, [.. _resets.Select(reset => At(reset) + from)]);
        }
    }

    /// <summary>What has passed through the meter since it was new, whatever its register can show.</summary>
    public double? Truth(Quantity quantity, double? counted) => _counters.TryGetValue(quantity, out (double Base, double[] Resets) counter) ? counted + counter.Base : counted;

    /// <summary>What its register shows.</summary>
    public double? Shown(Quantity quantity, double? counted, DateTimeOffset at)
    {
        if (!_counters.TryGetValue(quantity, out (double Base, double[] Resets) counter))
        {
            return counted;
        }

        double? truth = counted + counter.Base;
        int reset = Array.FindLastIndex(_resets, one => one <= at);
        return reset >= 0 ? Math.Max(0, (truth - counter.Resets[reset]) ?? 0) : at >= _wrapsAt ? Math.Max(0, (truth - _end) ?? 0) : truth;
    }
}
