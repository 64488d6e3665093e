namespace EdgeDePin.Sensors.AirQuality.Sgp40;

/// <summary>A low pass whose time constant is 20 s while the signal moves and 500 s while it stands.</summary>
internal sealed class VocSmoothing
{
    private const double Fast = 20;
    private const double Slow = 500;
    private const double Alpha = -0.2;

    private double? _smoothed;
    private double _fast;
    private double _slow;

    public void Reset() => _smoothed = null;

    public double Next(double value)
    {
        if (_smoothed is not { } smoothed)
        {
            (_fast, _slow, _smoothed) = (value, value, value);
            smoothed = value;
        }

        _fast += (value - _fast) / (Fast + 1);
        _slow += (value - _slow) / (Slow + 1);
        double constant = ((Slow - Fast) * Math.Exp(Alpha * Math.Abs(_fast - _slow))) + Fast;
        smoothed += (value - smoothed) / (constant + 1);
        _smoothed = smoothed;
        return smoothed;
    }
}
