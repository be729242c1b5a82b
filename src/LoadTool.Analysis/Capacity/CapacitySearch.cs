using System.Globalization;

namespace LoadTool.Analysis.Capacity;

/// <summary>
/// Looks for the highest load that keeps the objectives: up by doubling, then between the highest that held and the lowest that did not, then once more and for longer; after
/// that below and above, for the curve. It knows loads and trials, no processes and no clock.
/// </summary>
/// <param name="probe">Holds the loads.</param>
/// <param name="plan">How to look.</param>
/// <param name="tell">Told of each trial as it ends.</param>
internal sealed class CapacitySearch(ILoadProbe probe, SearchPlan plan, Action<Trial> tell)
{
    /// <summary>Parts of the time after which the search itself, and confirming what it found, begin nothing more: the rest is for what follows.</summary>
    private const double SearchPart = 0.65, ConfirmPart = 0.85;

    /// <summary>Loads of the sweep, as parts of the maximum.</summary>
    private static readonly double[] SweepParts = [0.1, 0.25, 0.4, 0.55, 0.7, 0.85, 1.1, 1.25];

    /// <summary>A load this close to one that was tried tells nothing new of the curve.</summary>
    private const double SamePlace = 1.08;

    /// <summary>A failure with another one this close above is no accident.</summary>
    private const double Company = 1.15;

    private readonly List<Trial> _trials = [];
    private readonly List<Trial> _standing = [];
    private readonly List<string> _surprises = [];
    private bool _isOutOfTime;
    private Trial? _maximum;
    private Trial? _gone;

    /// <summary>The highest load that held.</summary>
    private Trial? Highest => _standing.Where(trial => trial.IsHeld).MaxBy(trial => trial.Load);

    /// <summary>Looks for it.</summary>
    /// <param name="cancellation">Ends the search; what was tried until then counts.</param>
    /// <exception cref="OperationCanceledException">Ended before the first load was tried.</exception>
    internal async Task<SearchResult> RunAsync(CancellationToken cancellation)
    {
        bool isStopped = false;
        try
        {
            await LookAsync(cancellation);
        }
        catch (OperationCanceledException) when (_trials.Count > 0)
        {
            isStopped = true;
        }

        Trial? held = _maximum ?? Highest;
        return new SearchResult(
            _trials, _standing, _maximum, held, LowestAbove(held, TrialVerdict.Failed), LowestAbove(held, TrialVerdict.GeneratorLimited), _surprises, _isOutOfTime, isStopped, _gone);
    }

    private async Task LookAsync(CancellationToken cancellation)
    {
        await ClimbAsync(plan.Round(plan.From), cancellation);
        await NarrowAsync(cancellation);

        // Where the generator gave way there is no capacity to confirm.
        bool isGeneratorFirst = SearchPlan.IsGeneratorFirst(Highest, LowestAbove(Highest, TrialVerdict.Failed), LowestAbove(Highest, TrialVerdict.GeneratorLimited));
        _maximum = isGeneratorFirst ? null : await ConfirmAsync(Highest?.Load, cancellation);
        if (_maximum is not null)
            await SweepAsync(_maximum, cancellation);
    }

    /// <summary>Doubles the load until it does not hold; halves it first where the first one does not.</summary>
    private async Task ClimbAsync(double? from, CancellationToken cancellation)
    {
        for (double? load = from; load is { } next && await TryAsync(next, TrialPurpose.Climb, cancellation) is { } trial;)
        {
            // A first load that does not hold would send the search down for nothing when the target only stood still for a moment.
            if (_standing is [{ SeemsHeld: false } first] && await TryAsync(next, TrialPurpose.Climb, cancellation) is { SeemsHeld: true } again)
            {
                Withdraw(first, again);
                trial = again;
            }

            bool goesUp = trial.SeemsHeld && Wall is null;
            if (!goesUp && _standing.Any(tried => tried.SeemsHeld))
                return;
            load = goesUp ? plan.Above(next) : plan.Below(next);
        }
    }

    /// <summary>
    /// Halves the room below the lowest load that did not hold, down to the highest that does; what only seemed to hold on the way up is proven, and the last word has a
    /// second look.
    /// </summary>
    private async Task NarrowAsync(CancellationToken cancellation)
    {
        while (HighestSeeming is { } low)
        {
            double? next = Wall is { } wall && plan.Between(low.Load, wall.Load, isRough: wall.Verdict == TrialVerdict.GeneratorLimited) is { } middle ? middle : low.IsHeld ? AboveHaze(low) : low.Load;
            if (next is { } load)
            {
                if (await TryAsync(load, TrialPurpose.Search, cancellation) is null)
                    return;
            }
            else if (Wall is not { } last || HasCompany(last) || await TryAsync(last.Load, TrialPurpose.Search, cancellation) is not { IsHeld: true } again)
            {
                return;
            }
            else
            {
                // Without it there may be no load left that failed.
                Withdraw(last, again);
                if (Wall is null)
                    await ClimbAsync(plan.Above(again.Load), cancellation);
            }
        }
    }

    /// <summary>Holds what was found once more, and for longer; less, and less again, when that fails.</summary>
    /// <returns>The trial that held; null when there is none, or the time is up.</returns>
    private async Task<Trial?> ConfirmAsync(double? found, CancellationToken cancellation)
    {
        while (found is { } load)
        {
            if (await TryAsync(load, TrialPurpose.Confirm, cancellation) is not { } trial)
                return null;
            if (trial.IsHeld)
                return trial;
            foreach (Trial overruled in _standing.Where(other => other.IsHeld && other.Load >= load).ToArray())
                Withdraw(overruled, trial);
            found = plan.LittleBelow(load) is { } lower ? Math.Max(lower, Highest?.Load ?? 0) : null;
        }

        return null;
    }

    /// <summary>Holds loads below and above the maximum. One below that fails, twice, says that the maximum is none: the next lower one is confirmed in its place.</summary>
    private async Task SweepAsync(Trial maximum, CancellationToken cancellation)
    {
        foreach (double part in SweepParts)
        {
            double load = plan.Round(maximum.Load * part);
            bool isOutOfReach = load > (plan.Most ?? double.PositiveInfinity) || load > LowestAbove(maximum, TrialVerdict.GeneratorLimited)?.Load;
            if (isOutOfReach || _standing.Any(trial => Math.Max(trial.Load, load) / Math.Min(trial.Load, load) < SamePlace))
                continue;
            if (await TryAsync(load, TrialPurpose.Sweep, cancellation) is not { } trial)
                return;
            if (load > maximum.Load || trial.Verdict != TrialVerdict.Failed)
                continue;
            if (await TryAsync(load, TrialPurpose.Sweep, cancellation) is not { } again)
            {
                _standing.Remove(trial);
                return;
            }

            if (again.Verdict != TrialVerdict.Failed)
            {
                Withdraw(trial, again);
                continue;
            }

            foreach (Trial overruled in _standing.Where(other => other.IsHeld && other.Load >= load).ToArray())
                Withdraw(overruled, again);
            _maximum = null;
            _maximum = await ConfirmAsync(Highest?.Load, cancellation);
            return;
        }
    }

    /// <summary>The highest load below the wall that held, or seemed to.</summary>
    private Trial? HighestSeeming => _standing.Where(trial => trial.SeemsHeld && !(trial.Load >= Wall?.Load)).MaxBy(trial => (trial.Load, trial.IsHeld));

    /// <summary>The lowest load that did not hold, above those that did.</summary>
    private Trial? Wall => _standing.Where(trial => !trial.SeemsHeld && trial.Load > (Highest?.Load ?? 0)).MinBy(trial => trial.Load);

    /// <summary>A load between the highest that could not be decided and the lowest that failed; null when they are close enough.</summary>
    private double? AboveHaze(Trial held)
    {
        Trial? failed = LowestAbove(held, TrialVerdict.Failed);
        Trial? undecided = _standing.Where(trial => trial.Verdict == TrialVerdict.Undecided && trial.Load > held.Load && trial.Load < failed?.Load).MaxBy(trial => trial.Load);
        return undecided is not null && failed!.Load > undecided.Load * SearchPlan.Haze ? plan.Between(undecided.Load, failed.Load) : null;
    }

    private Trial? LowestAbove(Trial? held, TrialVerdict verdict) =>
        _standing.Where(trial => trial.Verdict == verdict && trial.Load > (held?.Load ?? 0)).MinBy(trial => trial.Load);

    private bool HasCompany(Trial wall) => _standing.Any(trial =>
        trial != wall && trial.Verdict == wall.Verdict && trial.Load >= wall.Load && trial.Load <= wall.Load * Company);

    /// <summary>Where two trials contradict each other the later one stands. That more time could not decide what less time did is no surprise near the limit.</summary>
    private void Withdraw(Trial overruled, Trial by)
    {
        _standing.Remove(overruled);
        if (overruled.Verdict == TrialVerdict.Undecided || by.Verdict == TrialVerdict.Undecided)
            return;
        _surprises.Add(string.Create(CultureInfo.InvariantCulture, $"{overruled.Load:#,0.###} {Words(overruled)} at first, but {by.Load:#,0.###} {Words(by)} when it was tried {(by.Plan.Purpose == TrialPurpose.Confirm ? "for longer" : "later")}"));
    }

    private static string Words(Trial trial) => trial.Verdict switch
    {
        TrialVerdict.Held => "held",
        TrialVerdict.Failed => "failed",
        TrialVerdict.GeneratorLimited => "was more than the generator carries",
        _ => "could not be decided",
    };

    /// <summary>Holds a load. What the generator spoiled has a second chance: most often something else used the machine.</summary>
    /// <returns>Null when the time is up, or the target is gone: then nothing more is asked of it.</returns>
    private async Task<Trial?> TryAsync(double load, TrialPurpose purpose, CancellationToken cancellation)
    {
        Trial? trial = _gone is null ? await OnceAsync(load, purpose, cancellation) : null;
        if (trial is { IsAnswered: false } && await IsGoneAsync(load, cancellation))
        {
            _gone = trial;
            return null;
        }

        return trial is { Verdict: TrialVerdict.GeneratorLimited } && await OnceAsync(load, purpose, cancellation) is { } again ? Keep(again) : trial is null ? null : Keep(trial);
    }

    /// <summary>A target that answers nothing to a load may refuse it, or may be no more: that shows at the least load it has answered.</summary>
    private async Task<bool> IsGoneAsync(double load, CancellationToken cancellation) =>
        _trials.Where(trial => trial.IsAnswered && trial.Load <= load).MinBy(trial => trial.Load) is { } answered
        && await OnceAsync(answered.Load, TrialPurpose.Sweep, cancellation) is { IsAnswered: false };

    private Trial Keep(Trial trial)
    {
        _standing.Add(trial);
        return trial;
    }

    private async Task<Trial?> OnceAsync(double load, TrialPurpose purpose, CancellationToken cancellation)
    {
        (TimeSpan least, TimeSpan longest, double part) = purpose switch
        {
            TrialPurpose.Climb or TrialPurpose.Search => (plan.Least, plan.Longest, SearchPart),
            TrialPurpose.Confirm => (SearchPlan.ConfirmTimes * (_standing.LastOrDefault(trial => trial.IsHeld && trial.Load == load)?.Length ?? plan.Least), SearchPlan.ConfirmTimes * plan.Longest, ConfirmPart),
            _ => (plan.Least, plan.Least, 1),
        };
        TimeSpan left = plan.Budget * part - probe.Elapsed;
        if (left < least)
        {
            _isOutOfTime = true;
            return null;
        }

        Trial trial = await probe.TryAsync(new TrialPlan(load, purpose, least, left < longest ? left : longest), cancellation);
        _trials.Add(trial);
        tell(trial);
        return trial;
    }
}
