namespace EdgeDePin.Sensors.AirQuality.Sgp40;

/// <summary>Mean and deviation of the raw signal, learned fast in the first hour and with a time constant of 12 hours after it.</summary>
internal sealed class VocBaseline
{
    private const double TimeConstantHours = 12;
    private const double FirstMeanSeconds = 20;
    private const double FirstVarianceSeconds = 2_500;
    private const double MeanSettlesAfter = 0.75 * 3_600;
    private const double VarianceSettlesAfter = 1.45 * 3_600;
    private const double Transition = 0.01;
    private const double GateAt = 340;
    private const double GateAtFirst = 510;
    private const double GateTransition = 0.09;
    private const double LongestGateMinutes = 180;
    private const double GateRecovery = 0.3;
    private const double FirstDeviation = 50;
    private const double LongestSeconds = 32_766;

    // Learning rates per second; the variance works on a signal that is scaled by 64, as the published constants are.
    private const double Scale = 64;
    private const double Rate = 1.0 / 3_600 / (TimeConstantHours + (1.0 / 3_600));
    private const double FirstMeanRate = 1 / (FirstMeanSeconds + 1);
    private const double FirstVarianceRate = 1 / (FirstVarianceSeconds + 1);

    private double _learned;
    private double _sinceGate;
    private double _gatedMinutes;
    private bool _began;

    /// <summary>0 before the first sample, so that the index begins low and climbs to the usual.</summary>
    public double Mean { get; private set; }

    public double Deviation { get; private set; } = FirstDeviation;

    public void Reset() => (_learned, _sinceGate, _gatedMinutes, _began, Mean, Deviation) = (0, 0, 0, false, 0, FirstDeviation);

    /// <param name="index">The index of this sample: a high one is an event, and no part of the usual.</param>
    public void Learn(double signal, double index)
    {
        if (!_began)
        {
            (_began, Mean) = (true, signal);
            return;
        }

        (double meanRate, double varianceRate) = Rates(index);
        double delta = (signal - Mean) / Scale;
        double rate = Scale * varianceRate;
        Deviation = Math.Sqrt((Scale - rate) * ((Deviation * Deviation / Scale) + (rate * delta * delta)));
        Mean += Scale * meanRate * delta;
    }

    private (double Mean, double Variance) Rates(double index)
    {
        _learned = Math.Min(_learned + 1, LongestSeconds);
        _sinceGate = Math.Min(_sinceGate + 1, LongestSeconds);
        double young = VocIndex.Logistic(Transition * (_learned - MeanSettlesAfter));
        double youngVariance = VocIndex.Logistic(Transition * (_learned - VarianceSettlesAfter));
        double open = Open(index, MeanSettlesAfter);
        double openVariance = Open(index, VarianceSettlesAfter);
        double meanRate = open * (Rate + ((FirstMeanRate - Rate) * young));
        double varianceRate = openVariance * (Rate + ((FirstVarianceRate - Rate) * (youngVariance - young)));

        // A gate that stays shut for three hours was no event: this is the new usual, and learning begins again.
        _gatedMinutes = Math.Max(0, _gatedMinutes + ((((1 - open) * (1 + GateRecovery)) - GateRecovery) / 60));
        if (_gatedMinutes > LongestGateMinutes)
        {
            _sinceGate = 0;
        }

        return (meanRate, varianceRate);
    }

    private double Open(double index, double settlesAfter)
    {
        double threshold = GateAt + ((GateAtFirst - GateAt) * VocIndex.Logistic(Transition * (_sinceGate - settlesAfter)));
        return VocIndex.Logistic(GateTransition * (index - threshold));
    }
}
