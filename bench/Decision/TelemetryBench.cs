using System.Diagnostics;
using System.Diagnostics.Metrics;
using BenchmarkDotNet.Attributes;
using Guard.Host.Telemetry;

namespace Guard.Bench.Decision;

/// <summary>What measuring costs on the hot path: one decision and one journaled write, with nobody collecting and with a collector listening.</summary>
[MemoryDiagnoser]
public class TelemetryBench
{
    private MeterListener? _listener;
    private long _heard;

    [Params(false, true)]
    public bool Collected { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        if (!Collected)
            return;
        _listener = new MeterListener { InstrumentPublished = (instrument, listener) => listener.EnableMeasurementEvents(instrument) };
        _listener.SetMeasurementEventCallback<double>((_, _, _, _) => _heard++);
        _listener.SetMeasurementEventCallback<long>((_, _, _, _) => _heard++);
        _listener.Start();
    }

    [GlobalCleanup]
    public void Cleanup() => _listener?.Dispose();

    [Benchmark]
    public void A_decision() => GuardMeters.Decided("submission", "allow", Stopwatch.GetTimestamp());

    [Benchmark]
    public void A_journaled_write() => GuardMeters.Journaled(TimeSpan.FromMilliseconds(1), 1);

    [Benchmark]
    public void A_span_that_nobody_collects() => TraceMemory.Intake("bench")?.Dispose();
}
